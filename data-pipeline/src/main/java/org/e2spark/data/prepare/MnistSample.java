package org.e2spark.data.prepare;

import java.io.IOException;
import java.nio.file.Path;
import org.e2spark.data.source.ImageSource;

/** The shipped handwritten digits: 3,000 to train on and 1,000 to test with, upright, 28x28. */
public final class MnistSample {
  private MnistSample() {}

  /**
   * Copies the four IDX files into a directory, under MNIST's own file names, and opens them.
   *
   * @param directory where they go; made if it is not there
   */
  public static ImageSource extract(Path directory) throws IOException {
    throw new UnsupportedOperationException();
  }
}
