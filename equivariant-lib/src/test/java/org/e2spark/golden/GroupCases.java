package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.e2spark.group.CyclicGroup;
import org.e2spark.group.DihedralGroup;
import org.e2spark.group.Disentanglement;
import org.e2spark.group.Group;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.GSpace;
import org.ejml.simple.SimpleMatrix;

/**
 * Cases of kind "group": bases, matrices and characters of representations, and their restrictions.
 */
final class GroupCases {

  private static final double TOLERANCE = 1e-10;

  private static final String IRREP = "irrep_";

  private GroupCases() {}

  static void run(GoldenCase c) {
    c.requireFields("group", "order", "elements", "representations", "restrictions");
    GSpace gspace = c.gspace();
    Group group = gspace.fiberGroup();
    assertThat(group.name()).as(c.label()).isEqualTo(c.json().get("group").getAsString());
    assertThat(group.order()).as(c.label()).isEqualTo(c.json().get("order").getAsInt());
    List<GroupElement> elements = new ArrayList<>();
    for (JsonElement element : c.json().getAsJsonArray("elements")) {
      elements.add(element(group, element));
    }
    assertOrder(c, group, elements);
    JsonArray json = c.json().getAsJsonArray("representations");
    Map<String, Representation> representations = new LinkedHashMap<>();
    for (int i = 0; i < json.size(); i++) {
      Representation checked =
          representation(c, i, json.get(i).getAsJsonObject(), gspace, elements);
      representations.put(checked.name(), checked);
    }
    JsonArray restrictions = c.json().getAsJsonArray("restrictions");
    for (int i = 0; i < restrictions.size(); i++) {
      restriction(c, i, restrictions.get(i).getAsJsonObject(), gspace, representations);
    }
  }

  /** If all elements are listed, they come in the group's own order. */
  private static void assertOrder(GoldenCase c, Group group, List<GroupElement> elements) {
    List<GroupElement> own = group.testingElements();
    if (own.size() != elements.size()) {
      elements.forEach(group::snap);
      return;
    }
    for (int i = 0; i < elements.size(); i++) {
      assertThat(own.get(i).isCloseTo(elements.get(i)))
          .as("%s: element %d is %s, not %s", c.label(), i, own.get(i), elements.get(i))
          .isTrue();
    }
  }

  static GroupElement element(Group group, JsonElement json) {
    if (json.isJsonArray()) {
      int reflection = json.getAsJsonArray().get(0).getAsInt();
      double second = json.getAsJsonArray().get(1).getAsDouble();
      return group instanceof DihedralGroup dihedral
          ? dihedral.element(reflection, (int) second)
          : new GroupElement(reflection, second);
    }
    return group instanceof CyclicGroup cyclic
        ? cyclic.element(json.getAsInt())
        : GroupElement.rotation(json.getAsDouble());
  }

  private static Representation representation(
      GoldenCase c, int index, JsonObject json, GSpace gspace, List<GroupElement> elements) {
    GoldenCase.requireKnown(
        "fields of a representation",
        json,
        Set.of("kind", "key", "name", "size", "irreps", "nonlinearities"));
    Representation actual =
        byKey(gspace, json.get("kind").getAsString(), json.get("key").getAsString());
    String label = c.label() + " " + actual.name();
    assertThat(actual.name()).as(label).isEqualTo(json.get("name").getAsString());
    assertThat(actual.size()).as(label).isEqualTo(json.get("size").getAsInt());
    assertThat(names(actual.irreps())).as(label).isEqualTo(strings(json.getAsJsonArray("irreps")));
    assertThat(List.copyOf(actual.supportedNonlinearities()))
        .as(label)
        .isEqualTo(strings(json.getAsJsonArray("nonlinearities")));
    assertClose(label, actual.changeOfBasis(), c.arrays().get(index + ".change_of_basis").values());
    double[] matrices = c.arrays().get(index + ".matrices").values();
    double[] characters = c.arrays().get(index + ".characters").values();
    int area = actual.size() * actual.size();
    for (int e = 0; e < elements.size(); e++) {
      double[] expected = Arrays.copyOfRange(matrices, e * area, (e + 1) * area);
      assertClose(label + " at " + elements.get(e), actual.at(elements.get(e)), expected);
      assertThat(actual.character(elements.get(e))).as(label).isCloseTo(characters[e], within());
    }
    return actual;
  }

  private static void restriction(
      GoldenCase c,
      int index,
      JsonObject json,
      GSpace gspace,
      Map<String, Representation> representations) {
    GoldenCase.requireKnown(
        "fields of a restriction", json, Set.of("subgroup", "of", "irreps", "parts", "part_sizes"));
    SubgroupId id = GoldenCase.subgroup(json.get("subgroup"));
    String of = json.get("of").getAsString();
    String label = c.label() + " " + of + " to " + id;
    Representation whole =
        representations.containsKey(of) ? representations.get(of) : named(gspace, of);
    Representation restricted = whole.restrict(id);
    assertThat(restricted.name()).isEqualTo(gspace.fiberGroup().name() + ":" + of);
    assertThat(names(restricted.irreps()))
        .as(label)
        .isEqualTo(strings(json.getAsJsonArray("irreps")));
    assertClose(
        label,
        restricted.changeOfBasis(),
        c.arrays().get("restrict" + index + ".change_of_basis").values());

    Disentanglement split = restricted.disentangle();
    assertClose(
        label, split.changeOfBasis(), c.arrays().get("restrict" + index + ".disentangle").values());
    List<List<String>> parts = new ArrayList<>();
    for (JsonElement part : json.getAsJsonArray("parts")) {
      parts.add(strings(part.getAsJsonArray()));
    }
    assertThat(split.parts().stream().map(part -> names(part.irreps())).toList())
        .as(label)
        .isEqualTo(parts);
    List<Integer> sizes = new ArrayList<>();
    json.getAsJsonArray("part_sizes").forEach(size -> sizes.add(size.getAsInt()));
    assertThat(split.parts().stream().map(Representation::size).toList())
        .as(label)
        .isEqualTo(sizes);
  }

  private static Representation byKey(GSpace gspace, String kind, String key) {
    return switch (kind) {
      case "irrep", "regular" -> named(gspace, key);
      case "quotient" -> gspace.quotient(GoldenCase.subgroup(JsonParser.parseString(key)));
      case "induced" -> {
        JsonArray pair = JsonParser.parseString(key).getAsJsonArray();
        SubgroupId id = GoldenCase.subgroup(pair.get(0));
        yield gspace.induced(id, gspace.subgroup(id).group().irrep(GoldenCase.ids(pair.get(1))));
      }
      default -> throw new IllegalArgumentException("Unknown kind of representation: " + kind);
    };
  }

  private static Representation named(GSpace gspace, String name) {
    if (name.equals("regular")) {
      return gspace.regular();
    }
    if (!name.startsWith(IRREP)) {
      throw new IllegalArgumentException("Unknown representation: " + name);
    }
    // A continuous group may have been asked for more frequencies than the case's space lists.
    int[] id =
        Arrays.stream(name.substring(IRREP.length()).split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    return gspace.fiberGroup().irrep(id);
  }

  private static List<String> names(List<Irrep> irreps) {
    return irreps.stream().map(Irrep::name).toList();
  }

  private static List<String> strings(JsonArray json) {
    List<String> strings = new ArrayList<>();
    json.forEach(element -> strings.add(element.getAsString()));
    return strings;
  }

  private static void assertClose(String label, SimpleMatrix actual, double[] expected) {
    assertThat(actual.getDDRM().getData()).as(label).containsExactly(expected, within());
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(TOLERANCE);
  }
}
