package org.e2spark.cli;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * What the jar says of itself.
 *
 * @param version of e2spark
 * @param commit that it was built from
 * @param libtorch version of the natives inside
 * @param platform of the natives inside
 */
record JarFacts(String version, String commit, String libtorch, String platform) {

  private static final String UNPACKAGED = "(not packaged)";

  /** Of the jar that this class comes from; all is unknown where it comes from a folder. */
  static JarFacts read() {
    try {
      File file =
          new File(JarFacts.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (file.isFile()) {
        try (JarFile jar = new JarFile(file)) {
          return of(jar.getManifest());
        }
      }
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      return of(null);
    }
    return of(null);
  }

  /** The tool, as files that it writes name it. */
  String tool() {
    return "e2spark " + version + ", commit " + commit;
  }

  private static JarFacts of(Manifest manifest) {
    Attributes said = manifest == null ? new Attributes() : manifest.getMainAttributes();
    return new JarFacts(
        value(said, "Implementation-Version"),
        value(said, "Commit"),
        value(said, "Libtorch-Version"),
        value(said, "Native-Platform"));
  }

  private static String value(Attributes said, String name) {
    String value = said.getValue(name);
    return value == null ? UNPACKAGED : value;
  }
}
