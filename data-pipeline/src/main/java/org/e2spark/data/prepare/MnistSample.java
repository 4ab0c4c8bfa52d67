package org.e2spark.data.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.IdxSource;
import org.e2spark.data.source.ImageSource;

/**
 * The shipped handwritten digits: 3,000 to train on and 1,000 to test with, upright, 28x28, cut
 * from the MNIST database in its class proportions.
 */
public final class MnistSample {
  private static final String FOLDER = "mnist-sample/";
  private static final List<String> FILES =
      List.of(
          "train-images-idx3-ubyte.gz",
          "train-labels-idx1-ubyte.gz",
          "t10k-images-idx3-ubyte.gz",
          "t10k-labels-idx1-ubyte.gz");

  private MnistSample() {}

  /**
   * Copies the four IDX files into a directory, under MNIST's own file names, and opens them with
   * splits {@code train} and {@code test}.
   *
   * @param directory where they go; made if it is not there. Spark's tasks read it, so on a cluster
   *     it must be one they all see
   */
  public static ImageSource extract(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String file : FILES) {
      try (InputStream in = MnistSample.class.getResourceAsStream(FOLDER + file)) {
        Files.copy(in, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return IdxSource.builder()
        .split("train", uri(directory, 0), uri(directory, 1))
        .split("test", uri(directory, 2), uri(directory, 3))
        .open(new Configuration());
  }

  private static String uri(Path directory, int file) {
    return directory.resolve(FILES.get(file)).toUri().toString();
  }
}
