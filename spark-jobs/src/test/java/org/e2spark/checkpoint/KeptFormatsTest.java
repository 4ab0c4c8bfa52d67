package org.e2spark.checkpoint;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of every version that there was stay readable: of each format there is in the code, at
 * least one of each version is kept in {@code formats/NAME/VERSION.json} or {@code
 * VERSION-what.json}.
 */
class KeptFormatsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Every format that a class of this module has. */
  static List<VersionedFormat<?>> formats() throws IOException, URISyntaxException {
    Path classes =
        Path.of(VersionedFormat.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(file -> classes.relativize(file).toString().replace(".class", ""))
          .map(name -> load(name.replace(java.io.File.separatorChar, '.')))
          .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
          .filter(field -> field.getType() == VersionedFormat.class)
          .<VersionedFormat<?>>map(KeptFormatsTest::value)
          .toList();
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, KeptFormatsTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static VersionedFormat<?> value(Field field) {
    try {
      field.setAccessible(true);
      return (VersionedFormat<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path folder(VersionedFormat<?> format) {
    try {
      var root = KeptFormatsTest.class.getResource("/formats");
      return Path.of(root.toURI()).resolve(format.name());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> kept(VersionedFormat<?> format) throws IOException {
    try (Stream<Path> files = Files.list(folder(format))) {
      return files.sorted().toList();
    }
  }

  private static int version(Path file) {
    return Integer.parseInt(file.getFileName().toString().split("[-.]", -1)[0]);
  }

  @Test
  void allThatIsSavedHasAVersion() throws Exception {
    assertThat(formats())
        .extracting(VersionedFormat::name)
        .contains(
            "run.json", "state.json", "lease.json", "newest.json", "manifest.json", "model.json");
  }

  @ParameterizedTest
  @MethodSource("formats")
  void aFileOfEveryVersionIsKept(VersionedFormat<?> format) throws IOException {
    assertThat(folder(format)).as("files kept of each version of " + format.name()).exists();
    assertThat(kept(format).stream().map(KeptFormatsTest::version).collect(toSet()))
        .as("versions of " + format.name() + " that a file is kept of")
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, format.version()).boxed().toList());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyKeptFileIsReadAndNothingInTheNewestIsLost(VersionedFormat<?> format)
      throws IOException {
    for (Path file : kept(format)) {
      JsonNode now = again(format, file);
      assertThat(now.get("formatVersion").intValue()).isEqualTo(format.version());
      if (version(file) == format.version()) {
        assertHolds(now, JSON.readTree(file.toFile()), file.toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void aNewerFileAndAnUnknownKeyAreRefusedByName(VersionedFormat<?> format) throws IOException {
    List<Path> files = kept(format);
    ObjectNode newest = (ObjectNode) JSON.readTree(files.get(files.size() - 1).toFile());
    ObjectNode unknown = newest.deepCopy().put("formatVersion", format.version());
    unknown.put("colour", 1);
    assertThatThrownBy(() -> format.read(unknown.toString(), "kept"))
        .isExactlyInstanceOf(CheckpointException.class)
        .hasMessageContaining("kept has an unknown key 'colour'");
    newest.put("formatVersion", format.version() + 1);
    assertThatThrownBy(() -> format.read(newest.toString(), "kept"))
        .isExactlyInstanceOf(CheckpointException.class)
        .hasMessageContaining("kept was written by a newer e2spark")
        .hasMessageContaining("format " + (format.version() + 1));
  }

  private static <T> JsonNode again(VersionedFormat<T> format, Path file) throws IOException {
    T value = format.read(Files.readAllBytes(file), file.toString());
    String written = format.write(value);
    assertThat(format.read(written, "written")).isEqualTo(value);
    return JSON.readTree(written);
  }

  /** New keys with a default may have come; all others have the value that they had. */
  private static void assertHolds(JsonNode now, JsonNode then, String where) {
    if (then.isObject()) {
      for (Map.Entry<String, JsonNode> entry : then.properties()) {
        String key = where + " " + entry.getKey();
        assertThat(now.has(entry.getKey())).as(key).isTrue();
        assertHolds(now.get(entry.getKey()), entry.getValue(), key);
      }
    } else {
      assertThat(now.toString()).as(where).isEqualToIgnoringCase(then.toString());
    }
  }
}
