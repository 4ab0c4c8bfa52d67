package org.e2spark.golden;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.e2spark.text.Text;

/** One case of a folder of golden vectors: its description, and its arrays, read when needed. */
public final class GoldenCase {

  private static final String FOLDER = "e2spark.golden.dir";

  /** What every case may have, and remarks that change nothing. */
  private static final Set<String> COMMON =
      Set.of("kind", "name", "file", "gspace", "arrays", "notes", "architecture");

  private final JsonObject json;
  private final Path folder;
  private NpzFile arrays;

  private GoldenCase(JsonObject json, Path folder) {
    this.json = json;
    this.folder = folder;
  }

  /**
   * The folder that {@code e2spark.golden.dir} names, by default the one among the test resources.
   * A relative name starts where the build was started, or else in the module.
   *
   * @throws IllegalArgumentException if there is no cases.json in it, naming where it was looked
   *     for
   */
  public static Path folder() {
    String property = System.getProperty(FOLDER, "");
    if (property.isEmpty()) {
      return resource("/golden");
    }
    List<Path> places =
        List.of(
            Path.of(System.getProperty("e2spark.build.dir", ""), "").resolve(property),
            Path.of(property).toAbsolutePath());
    return places.stream()
        .filter(place -> Files.isRegularFile(place.resolve("cases.json")))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    FOLDER
                        + " is "
                        + property
                        + " but there is no cases.json in any of "
                        + places));
  }

  /** A folder among the test resources. */
  static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(GoldenCase.class.getResource(name), name).toURI());
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
      cases.add(new GoldenCase(element.getAsJsonObject(), folder));
    }
    return cases;
  }

  /** The entry of cases.json. */
  public JsonObject json() {
    return json;
  }

  /** The arrays of the case's file; throws UncheckedIOException if it cannot be read. */
  public NpzFile arrays() {
    if (arrays == null) {
      try {
        arrays = NpzFile.read(folder.resolve(json.get("file").getAsString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e.toString(), e);
      }
    }
    return arrays;
  }

  /** Throws IllegalArgumentException if the entry lacks one of these fields or has others. */
  void requireFields(String... names) {
    Set<String> known = new TreeSet<>(List.of(names));
    List<String> missing = known.stream().filter(name -> !json.has(name)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("Missing fields: " + missing);
    }
    known.addAll(COMMON);
    requireKnown("fields", json, known);
  }

  /** Throws IllegalArgumentException if the object has other fields than these. */
  static void requireKnown(String what, JsonObject json, Set<String> known) {
    List<String> unknown = json.keySet().stream().filter(key -> !known.contains(key)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "Unknown %s: %s in %s (known: %s)", what, unknown, json, new TreeSet<>(known)));
    }
  }

  /**
   * The options of the case.
   *
   * @param key where they stand
   * @param alsoOptions fields of the entry itself that count as options
   */
  CaseOptions options(String key, String... alsoOptions) {
    JsonObject options = json.getAsJsonObject(key).deepCopy();
    for (String also : alsoOptions) {
      options.add(also, json.get(also));
    }
    return new CaseOptions(label(), options);
  }

  /** Throws IllegalArgumentException if the file has arrays that were not asked for. */
  void requireAllArraysRead() {
    List<String> unread = arrays().unread();
    if (!unread.isEmpty()) {
      throw new IllegalArgumentException("Unknown arrays: " + unread);
    }
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
    requireKnown("fields of a gspace", json, Set.of("type", "N", "maximum_frequency", "axis"));
    CaseOptions options = new CaseOptions("gspace " + json, json);
    int n = (int) options.number("N", 0);
    int frequency = n < 0 ? options.require("maximum_frequency").getAsInt() : 0;
    double axis = options.number("axis", Math.PI / 2);
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
    requireKnown("fields of a representation", json, Set.of("repr", "id", "subgroup", "irrep"));
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
