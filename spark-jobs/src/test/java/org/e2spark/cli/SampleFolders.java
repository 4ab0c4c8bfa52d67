package org.e2spark.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.e2spark.data.source.TestData;
import org.e2spark.text.Text;

/** Folders of a few real images, as each format has them. */
final class SampleFolders {

  static final int DIGITS = 64;
  static final int PICTURES = 32;
  private static final int CIFAR_RECORD = 3073;

  private SampleFolders() {}

  /** The digits twice: as training and as test set. */
  static Path idx(Path folder) throws IOException {
    for (String split : List.of("train", "t10k")) {
      TestData.copy(
          "mnist-64-images-idx3-ubyte.gz", folder.resolve(split + "-images-idx3-ubyte.gz"));
      TestData.copy("mnist-64-labels-idx1-ubyte", folder.resolve(split + "-labels-idx1-ubyte"));
    }
    return folder;
  }

  /** The digits as text, under the names of MNIST-rot's published files. */
  static Path amat(Path folder) throws IOException {
    byte[] labels =
        Files.readAllBytes(idx(folder.resolve("idx")).resolve("t10k-labels-idx1-ubyte"));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < DIGITS; i++) {
      for (byte pixel : TestData.mnist(i)) {
        text.append(Text.format("%.4f ", (pixel & 0xff) / 255.0));
      }
      text.append(labels[8 + i]).append('\n');
    }
    for (String split : List.of("train_valid", "test")) {
      Files.writeString(
          folder.resolve("mnist_all_rotation_normalized_float_" + split + ".amat"), text);
    }
    return folder;
  }

  /** The pictures as each of the six files of CIFAR-10. */
  static Path cifar10(Path folder) throws IOException {
    for (int i = 1; i <= 5; i++) {
      TestData.copy("cifar10-32.bin", folder.resolve("data_batch_" + i + ".bin"));
    }
    TestData.copy("cifar10-32.bin", folder.resolve("test_batch.bin"));
    return folder;
  }

  /** The pictures as CIFAR-100, whose records have two labels; each fine class once at least. */
  static Path cifar100(Path folder) throws IOException {
    byte[] from = Files.readAllBytes(cifar10(folder.resolve("cifar10")).resolve("test_batch.bin"));
    byte[] to = new byte[100 * (CIFAR_RECORD + 1)];
    for (int i = 0; i < 100; i++) {
      int at = i * (CIFAR_RECORD + 1);
      to[at + 1] = (byte) i;
      System.arraycopy(from, i % PICTURES * CIFAR_RECORD + 1, to, at + 2, CIFAR_RECORD - 1);
    }
    Files.write(folder.resolve("train.bin"), to);
    Files.write(folder.resolve("test.bin"), to);
    return folder;
  }

  /** Three pictures of 96x96 again and again, one of each class. */
  static Path stl10(Path folder) throws IOException {
    TestData.copy("stl10-3_X.bin", folder.resolve("three"));
    byte[] three = Files.readAllBytes(folder.resolve("three"));
    Files.delete(folder.resolve("three"));
    int size = three.length / 3;
    byte[] images = new byte[10 * size];
    byte[] labels = new byte[10];
    for (int i = 0; i < 10; i++) {
      System.arraycopy(three, i % 3 * size, images, i * size, size);
      labels[i] = (byte) (i + 1);
    }
    for (String split : List.of("train", "test")) {
      Files.write(folder.resolve(split + "_X.bin"), images);
      Files.write(folder.resolve(split + "_y.bin"), labels);
    }
    return folder;
  }

  /** Two classes of image files. */
  static Path images(Path folder) throws IOException {
    for (String file : List.of("colour.png", "colour.jpg")) {
      TestData.copy("files/" + file, folder.resolve("frog").resolve(file));
    }
    for (String file : List.of("colour.bmp", "colour-lzw.tiff")) {
      TestData.copy("files/" + file, folder.resolve("truck").resolve(file));
    }
    return folder;
  }

  /** Writes {@code SHA256SUMS} of a folder's files, as {@code sha256sum} does. */
  static void trust(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        lines.add(sha256(Files.readAllBytes(file)) + "  " + file.getFileName());
      }
    }
    Files.write(folder.resolve("SHA256SUMS"), lines);
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
