package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.StateDict;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every network is what the table says; a published one has the published parameters. */
class PublishedNetworksTest {

  private static final Map<String, JsonElement> PUBLISHED = published();

  private static Map<String, JsonElement> published() {
    try (InputStream stream =
            Objects.requireNonNull(
                PublishedNetworksTest.class.getResourceAsStream("/model/published.json"));
        Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject().asMap();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyPublishedNetworkIsAPreset() {
    var missing = new TreeSet<>(PUBLISHED.keySet());
    missing.removeAll(Presets.names());
    assertThat(missing).isEmpty();
  }

  @Test
  void theTableHasEveryPreset() {
    assertThat(Presets.table())
        .extracting(Preset::name)
        .containsExactlyInAnyOrderElementsOf(Presets.names());
    assertThat(Presets.table())
        .allSatisfy(
            preset -> assertThat(preset.imageSize()).isEqualTo(Presets.imageSize(preset.name())));
  }

  @TestFactory
  Stream<DynamicTest> networksAreWhatTheTableAndThePapersSay() {
    return Presets.table().stream()
        .map(preset -> DynamicTest.dynamicTest(preset.name(), () -> check(preset)));
  }

  private static void check(Preset preset) {
    JsonObject published = new JsonObject();
    if (PUBLISHED.containsKey(preset.name())) {
      published = PUBLISHED.get(preset.name()).getAsJsonObject();
      assertThat(preset.parameters()).isEqualTo(published.get("parameters").getAsLong());
    }
    int size = preset.imageSize();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = Presets.create(preset.name(), preset.channels(), preset.classes());
      Shape image = new Shape(1, preset.channels(), size, size);
      Networks.initialize(network, manager, image, 1);
      Map<String, String> shapes = new TreeMap<>();
      StateDict.of(network)
          .forEach(
              (parameter, value) -> {
                if (value.requiresGradient()) {
                  shapes.put(parameter, text(value));
                }
              });
      if (published.has("shapes")) {
        Map<String, String> expected = new TreeMap<>();
        ReferenceNames.toOurs(published.getAsJsonObject("shapes").asMap())
            .forEach((parameter, shape) -> expected.put(parameter, text(shape)));
        assertThat(shapes).isEqualTo(expected);
      }
      assertThat(Networks.parameterCount(network)).isEqualTo(preset.parameters());
      assertThat(OperationCount.of(network, image)).isEqualTo(preset.operations());
      Map<Integer, String> groups = new TreeMap<>(Comparator.reverseOrder());
      addGroups(network, groups);
      assertThat(groups.isEmpty() ? "none" : String.join(" > ", groups.values()))
          .isEqualTo(preset.group());
    }
  }

  /** Larger groups come first: a network only gives symmetries up. */
  private static void addGroups(Block block, Map<Integer, String> groups) {
    if (block instanceof EquivariantModule module) {
      for (GSpace space : List.of(module.inType().gspace(), module.outType().gspace())) {
        groups.put(space.fiberGroup().order(), name(space));
      }
    }
    block.getChildren().forEach(child -> addGroups(child.getValue(), groups));
  }

  private static String name(GSpace space) {
    return space instanceof Flip2dOnR2 ? "D1" : space.fiberGroup().name();
  }

  private static String text(Parameter parameter) {
    return parameter.getShape().toString().replace(" ", "");
  }

  private static String text(JsonElement shape) {
    return shape.toString().replace('[', '(').replace(']', ')');
  }
}
