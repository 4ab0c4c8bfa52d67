package org.e2spark.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Block;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page for users of the reference has every layer. */
class ReadmeTest {

  @Test
  void everyLayerIsNamed() throws IOException, URISyntaxException, ClassNotFoundException {
    String readme = Files.readString(Path.of("README.md"));
    String page = readme.substring(readme.indexOf("## Coming from e2cnn"));
    Path folder = Path.of(EquivariantModule.class.getResource("EquivariantModule.class").toURI());
    Path root = folder.getParent();
    try (Stream<Path> files = Files.walk(root)) {
      List<String> names =
          files
              .map(file -> root.relativize(file).toString())
              .filter(file -> file.endsWith(".class"))
              .map(file -> file.replace(".class", "").replace(java.io.File.separatorChar, '.'))
              .toList();
      assertThat(names.size()).isGreaterThan(80);
      for (String name : names) {
        Class<?> type = Class.forName("org.e2spark.nn." + name);
        if (Block.class.isAssignableFrom(type)
            && Modifier.isPublic(type.getModifiers())
            && !Modifier.isAbstract(type.getModifiers())) {
          String simple = type.getSimpleName();
          assertThat(page).as(name).containsPattern("\\b" + simple + "\\b");
        }
      }
    }
  }
}
