package org.e2spark.data.shard;

import com.google.errorprone.annotations.FormatMethod;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.text.Text;

/** Looks at a shard directory for people: its manifest, its health, its images. */
public final class ShardInspector {
  private static final int TILE = 56;
  private static final int PAPER = 0x808080;
  private static final long MAX_SHEET_PIXELS = 1L << 26;

  private final Path directory;
  private final Configuration configuration;
  private final ShardManifest manifest;

  private ShardInspector(Path directory, Configuration configuration) {
    this.directory = directory;
    this.configuration = configuration;
    this.manifest = ShardManifest.read(directory, configuration);
  }

  /**
   * Reads a directory's manifest.
   *
   * @throws ManifestException if there is none, or it is invalid
   */
  public static ShardInspector of(Path directory, Configuration configuration) {
    return new ShardInspector(directory, configuration);
  }

  /** The manifest. */
  public ShardManifest manifest() {
    return manifest;
  }

  /** The manifest in some lines of text. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    line(text, "Shards      %s", directory);
    line(text, "Format      %d, written by %s", manifest.formatVersion(), manifest.writerVersion());
    line(text, "Images      %s, %d classes", manifest.shape(), manifest.classNames().size());
    line(text, "Source      %s", manifest.sourceFingerprint());
    line(text, "Prepared    seed %d, %s", manifest.seed(), manifest.options());
    line(text, "Mean        %s (of split %s)", numbers(manifest.statistics().mean()), measured());
    line(text, "Deviation   %s", numbers(manifest.statistics().std()));
    for (Map.Entry<String, ShardManifest.Split> entry : manifest.splits().entrySet()) {
      ShardManifest.Split split = entry.getValue();
      long bytes = split.shards().stream().mapToLong(ShardManifest.Shard::bytes).sum();
      line(
          text,
          "Split %-12s %d images in %d shards, %.1f MiB",
          entry.getKey(),
          split.samples(),
          split.shards().size(),
          bytes / (double) (1 << 20));
      for (int label = 0; label < split.classCounts().size(); label++) {
        line(text, "  %-16s %d", manifest.classNames().get(label), split.classCounts().get(label));
      }
    }
    return text.toString();
  }

  private String measured() {
    return manifest.statistics().split();
  }

  private static String numbers(List<Double> values) {
    return values.stream().map(value -> Text.format("%.4f", value)).toList() + "";
  }

  @FormatMethod
  private static void line(StringBuilder text, String format, Object... values) {
    text.append(Text.format(format, values)).append('\n');
  }

  /**
   * Verifies every shard of every split.
   *
   * @return what is wrong, one failure a shard; empty if all is well
   */
  public List<CorruptShardException> verify() {
    ShardLayout layout = ShardDataset.layoutOf(manifest);
    LocalShards local = LocalShards.of(directory, configuration, List.of(), () -> {});
    List<CorruptShardException> failures = new ArrayList<>();
    for (ShardManifest.Split split : manifest.splits().values()) {
      for (ShardManifest.Shard shard : split.shards()) {
        try {
          local.open(shard, layout, manifest.classNames().size());
        } catch (CorruptShardException e) {
          failures.add(e);
        }
      }
    }
    return failures;
  }

  /**
   * Draws the first images of each class, a row a class, as a PNG. Images of one or two channels
   * are drawn grey from the first, others in colour from the first three; small ones are enlarged.
   *
   * @param split the split to draw from
   * @param perClass images of each class, at least 1
   * @param png where the picture goes
   * @throws IllegalArgumentException if the sheet would have more than 2^26 pixels
   */
  public void contactSheet(String split, int perClass, OutputStream png) throws IOException {
    if (perClass < 1 || perClass > 1000) {
      throw new IllegalArgumentException(
          "Invalid images of each class: " + perClass + " (must be in [1, 1000])");
    }
    int height = manifest.shape().height();
    int width = manifest.shape().width();
    int scale = Math.max(1, TILE / Math.max(height, width));
    int rows = manifest.classNames().size();
    long sheetWidth = perClass * ((long) width * scale + 1) + 1;
    long sheetHeight = rows * ((long) height * scale + 1) + 1;
    if (sheetHeight > MAX_SHEET_PIXELS / sheetWidth) {
      throw new IllegalArgumentException(
          Text.format(
              "A sheet of %d images of each of %d classes has %d x %d pixels (at most %d): draw fewer",
              perClass, rows, sheetHeight, sheetWidth, MAX_SHEET_PIXELS));
    }
    BufferedImage sheet =
        new BufferedImage((int) sheetWidth, (int) sheetHeight, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < sheet.getHeight(); y++) {
      for (int x = 0; x < sheet.getWidth(); x++) {
        sheet.setRGB(x, y, PAPER);
      }
    }
    try (ShardDataset dataset = ShardDataset.open(directory, split, configuration)) {
      int[] drawn = new int[rows];
      long left = (long) rows * perClass;
      for (long sample = 0; sample < dataset.size() && left > 0; sample++) {
        int label = dataset.label(sample);
        if (drawn[label] < perClass) {
          draw(dataset, sample, sheet, drawn[label]++, label, scale);
          left--;
        }
      }
    }
    ImageIO.write(sheet, "png", png);
  }

  private static void draw(
      ShardDataset dataset, long sample, BufferedImage sheet, int column, int row, int scale) {
    int channels = dataset.manifest().shape().channels();
    int height = dataset.manifest().shape().height();
    int width = dataset.manifest().shape().width();
    byte[] image = new byte[dataset.manifest().shape().size()];
    dataset.copyImage(sample, java.nio.ByteBuffer.wrap(image), 0);
    int left = 1 + column * (width * scale + 1);
    int top = 1 + row * (height * scale + 1);
    for (int y = 0; y < height * scale; y++) {
      for (int x = 0; x < width * scale; x++) {
        int pixel = y / scale * width + x / scale;
        int red = image[pixel] & 0xff;
        int green = channels < 3 ? red : image[pixel + height * width] & 0xff;
        int blue = channels < 3 ? red : image[pixel + 2 * height * width] & 0xff;
        sheet.setRGB(left + x, top + y, red << 16 | green << 8 | blue);
      }
    }
  }
}
