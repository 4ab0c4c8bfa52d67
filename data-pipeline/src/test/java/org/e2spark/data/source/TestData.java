package org.e2spark.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The samples of real images, and the numbers computed of them by src/test/python/samples.py. */
public final class TestData {

  public static final ImageShape CIFAR = new ImageShape(3, 32, 32);
  public static final ImageShape MNIST = new ImageShape(1, 28, 28);

  /** What is known of one array, and the array. */
  @SuppressWarnings("ArrayRecordComponent") // only ever read
  public record Golden(JsonNode about, byte[] bytes) {}

  private TestData() {}

  /** Path of a file beside the tests of a package of this module. */
  public static Path path(Class<?> test, String name) {
    try {
      return Path.of(test.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Copies a file beside this class, in or out of a jar, to where it may be read as any other. */
  public static void copy(String name, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try (InputStream in = TestData.class.getResourceAsStream(name)) {
      Files.copy(in, target);
    }
  }

  /** Every array of {@code STEM.json} and {@code STEM.bin.gz}. */
  public static List<Golden> golden(Class<?> test, String stem) {
    try (InputStream index = test.getResourceAsStream(stem + ".json");
        InputStream data = new GZIPInputStream(test.getResourceAsStream(stem + ".bin.gz"))) {
      byte[] bytes = data.readAllBytes();
      List<Golden> all = new ArrayList<>();
      for (JsonNode about : new ObjectMapper().readTree(index)) {
        int offset = about.get("offset").asInt();
        all.add(
            new Golden(
                about, Arrays.copyOfRange(bytes, offset, offset + about.get("length").asInt())));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An image of the CIFAR-10 sample. */
  public static byte[] cifar(int index) {
    return slice("cifar10-32.bin", index * 3073 + 1, CIFAR.size());
  }

  /** An image of the MNIST sample. */
  public static byte[] mnist(int index) {
    try (InputStream in =
        new GZIPInputStream(TestData.class.getResourceAsStream("mnist-64-images-idx3-ubyte.gz"))) {
      return Arrays.copyOfRange(in.readAllBytes(), 16 + index * 784, 16 + (index + 1) * 784);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] slice(String name, int from, int length) {
    try (InputStream in = TestData.class.getResourceAsStream(name)) {
      return Arrays.copyOfRange(in.readAllBytes(), from, from + length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
