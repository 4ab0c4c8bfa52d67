package org.e2spark.data.prepare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.IdxSource;
import org.e2spark.data.source.ImageSource;

/** Makes IDX files of given images, and reads the bytes of images back. */
final class IdxFiles {
  private IdxFiles() {}

  /** A source of one split {@code train} of 4x4 images, pixel values given by a function. */
  static ImageSource write(Path directory, byte[][] images, int[] labels) throws IOException {
    Files.createDirectories(directory);
    ByteBuffer pixels = ByteBuffer.allocate(16 + images.length * 16);
    pixels.putInt(0x803).putInt(images.length).putInt(4).putInt(4);
    ByteBuffer classes = ByteBuffer.allocate(8 + labels.length);
    classes.putInt(0x801).putInt(labels.length);
    for (int i = 0; i < images.length; i++) {
      pixels.put(images[i]);
      classes.put((byte) labels[i]);
    }
    Path imageFile = Files.write(directory.resolve("images"), pixels.array());
    Path labelFile = Files.write(directory.resolve("labels"), classes.array());
    return IdxSource.builder()
        .split("train", imageFile.toUri().toString(), labelFile.toUri().toString())
        .open(new Configuration());
  }

  /** Random images of ten classes, of which 1 and 2 are empty and 0 has three times its share. */
  static ImageSource tiny(Path directory, int count) throws IOException {
    byte[][] images = new byte[count][16];
    int[] labels = new int[count];
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      random.nextBytes(images[i]);
      labels[i] = i % 10 < 3 ? 0 : i % 10;
    }
    return write(directory, images, labels);
  }

  /** The bytes of a sample. */
  static byte[] image(ShardDataset dataset, long sample) {
    byte[] image = new byte[dataset.manifest().shape().size()];
    dataset.copyImage(sample, ByteBuffer.wrap(image), 0);
    return image;
  }
}
