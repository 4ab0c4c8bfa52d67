package org.e2spark.golden;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;

/**
 * One case of a folder of golden vectors: its description and its arrays.
 *
 * @param json the entry of cases.json
 * @param arrays the arrays of its file
 */
public record GoldenCase(JsonObject json, NpzFile arrays) {

  /**
   * The folder that {@code e2spark.golden.dir} names, by default the one among the test resources.
   */
  public static Path folder() {
    String property = System.getProperty("e2spark.golden.dir", "");
    if (!property.isEmpty()) {
      return Path.of(property);
    }
    try {
      return Path.of(Objects.requireNonNull(GoldenCase.class.getResource("/golden")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every case of the folder, in order. */
  public static List<GoldenCase> all(Path folder) throws IOException {
    String text = Files.readString(folder.resolve("cases.json"), StandardCharsets.UTF_8);
    List<GoldenCase> cases = new ArrayList<>();
    for (JsonElement element :
        JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("cases")) {
      JsonObject json = element.getAsJsonObject();
      cases.add(new GoldenCase(json, NpzFile.read(folder.resolve(json.get("file").getAsString()))));
    }
    return cases;
  }

  /** "group", "conv", "module", … */
  public String kind() {
    return json.get("kind").getAsString();
  }

  /** Kind and name, for messages. */
  public String label() {
    return kind() + " " + json.get("name").getAsString();
  }

  /** The case's space. */
  public GSpace gspace() {
    return gspace(json.getAsJsonObject("gspace"));
  }

  /** A space from its description; throws IllegalArgumentException for an unknown type. */
  public static GSpace gspace(JsonObject json) {
    int n = json.has("N") ? json.get("N").getAsInt() : 0;
    int frequency =
        json.has("maximum_frequency") && n < 0 ? json.get("maximum_frequency").getAsInt() : 0;
    double axis =
        json.has("axis") && !json.get("axis").isJsonNull()
            ? json.get("axis").getAsDouble()
            : Math.PI / 2;
    return switch (json.get("type").getAsString()) {
      case "TrivialOnR2" -> new TrivialOnR2();
      case "Flip2dOnR2" -> new Flip2dOnR2(axis);
      case "Rot2dOnR2" -> new Rot2dOnR2(n, frequency);
      case "FlipRot2dOnR2" -> new FlipRot2dOnR2(n, frequency, axis);
      default -> throw new IllegalArgumentException("Unknown gspace " + json);
    };
  }

  /** A representation from its description; throws IllegalArgumentException for an unknown one. */
  public static Representation representation(GSpace gspace, JsonObject json) {
    String kind = json.get("repr").getAsString();
    return switch (kind) {
      case "trivial" -> gspace.trivial();
      case "regular" -> gspace.regular();
      case "irrep" -> gspace.irrep(ids(json.get("id")));
      case "quotient" -> gspace.quotient(subgroup(json.get("subgroup")));
      case "induced" -> {
        SubgroupId id = subgroup(json.get("subgroup"));
        yield gspace.induced(id, gspace.subgroup(id).group().irrep(ids(json.get("irrep"))));
      }
      default -> throw new IllegalArgumentException("Unknown representation " + json);
    };
  }

  /** A field type's representations, one per field. */
  public static List<Representation> representations(GSpace gspace, JsonArray json) {
    List<Representation> fields = new ArrayList<>();
    for (JsonElement element : json) {
      JsonArray pair = element.getAsJsonArray();
      Representation representation = representation(gspace, pair.get(0).getAsJsonObject());
      for (int i = 0; i < pair.get(1).getAsInt(); i++) {
        fields.add(representation);
      }
    }
    return fields;
  }

  /** A subgroup id: a number, or a pair whose first may be null. */
  public static SubgroupId subgroup(JsonElement json) {
    if (!json.isJsonArray()) {
      return SubgroupId.rotations(json.getAsInt());
    }
    JsonArray pair = json.getAsJsonArray();
    return new SubgroupId(
        pair.get(0).isJsonNull() ? null : pair.get(0).getAsDouble(), pair.get(1).getAsInt());
  }

  /** An irrep's id: a number or a list of numbers. */
  public static int[] ids(JsonElement json) {
    if (!json.isJsonArray()) {
      return new int[] {json.getAsInt()};
    }
    int[] ids = new int[json.getAsJsonArray().size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = json.getAsJsonArray().get(i).getAsInt();
    }
    return ids;
  }
}
