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
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.e2spark.nn.StateDict;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every published network has the published number of parameters, of the reference's shapes. */
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

  @TestFactory
  Stream<DynamicTest> shapesAreThePublishedOnes() {
    return PUBLISHED.entrySet().stream()
        .filter(entry -> Presets.names().contains(entry.getKey()))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> check(entry.getKey(), entry.getValue().getAsJsonObject())));
  }

  private static void check(String name, JsonObject published) {
    int channels = name.startsWith("mnist") || name.endsWith("steerable-cnn") ? 1 : 3;
    int classes = name.startsWith("cifar100") ? 100 : 10;
    int size = Presets.imageSize(name);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = Presets.create(name, channels, classes);
      Networks.initialize(network, manager, new Shape(1, channels, size, size), 1);
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
      assertThat(Networks.parameterCount(network))
          .isEqualTo(published.get("parameters").getAsLong());
    }
  }

  private static String text(Parameter parameter) {
    return parameter.getShape().toString().replace(" ", "");
  }

  private static String text(JsonElement shape) {
    return shape.toString().replace('[', '(').replace(']', ')');
  }
}
