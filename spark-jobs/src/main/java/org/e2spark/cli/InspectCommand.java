package org.e2spark.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.e2spark.data.augment.AugmentationSheet;
import org.e2spark.data.prepare.PrepareOptions;
import org.e2spark.data.shard.CorruptShardException;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.shard.ShardInspector;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.task.UserPath;
import org.e2spark.train.AugmentationPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark inspect}. */
@Command(
    name = "inspect",
    description =
        "Prints the manifest of a shard directory, verifies every shard's length and checksum, and "
            + "draws what is in it. Starts no Spark; a damaged shard is named, and the exit code is 1.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The shard directory.")
  private String directory;

  @Option(
      names = "--sheet",
      paramLabel = "FILE.png",
      description = "Draw a contact sheet: a row for each class.")
  private Path sheet;

  @Option(names = "--split", description = "The split to draw from (default: train, if there is).")
  private String split;

  @Option(
      names = "--per-class",
      paramLabel = "N",
      defaultValue = "10",
      description = "Images in a row of the sheet.")
  private int perClass;

  @Option(
      names = "--augment",
      paramLabel = "POLICY",
      description =
          "Draw the first image of each class, and beside it how train --augment POLICY changes it from "
              + "epoch to epoch.")
  private AugmentationPolicy policy;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the augmentation.")
  private long seed;

  @Override
  public Integer call() {
    PrintWriter console = spec.commandLine().getOut();
    requireDrawable();
    Configuration configuration = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    var path = UserPath.qualify(directory, configuration);
    ShardInspector inspector = ShardInspector.of(path, configuration);
    console.print(inspector.describe());
    console.flush();
    List<CorruptShardException> failures = inspector.verify();
    if (!failures.isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      failures.forEach(failure -> err.println("e2spark: " + failure.getMessage()));
      return Main.FAILED;
    }
    console.println("Verified    every shard is as the manifest says");
    if (sheet != null) {
      draw(inspector, path, configuration);
      console.println("Sheet       " + sheet);
    }
    return 0;
  }

  private void requireDrawable() {
    if (sheet == null) {
      if (policy != null || split != null) {
        throw new UsageException("--augment and --split say what to draw: add --sheet FILE.png");
      }
      return;
    }
    Path folder = sheet.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(sheet)) {
      throw new UsageException("Cannot write " + sheet + ": name a file in a folder that exists");
    }
    if (perClass < 1 || perClass > 1000) {
      throw new UsageException("Invalid --per-class: " + perClass + " (must be in [1, 1000])");
    }
  }

  private void draw(
      ShardInspector inspector, org.apache.hadoop.fs.Path path, Configuration configuration) {
    String drawn = split == null ? usualSplit(inspector.manifest()) : split;
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      if (policy == null) {
        inspector.contactSheet(drawn, perClass, png);
      } else {
        drawAugmented(inspector.manifest(), path, drawn, configuration, png);
      }
      Files.write(sheet, png.toByteArray());
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + sheet + ": " + e.getMessage(), e);
    }
  }

  private void drawAugmented(
      ShardManifest manifest,
      org.apache.hadoop.fs.Path path,
      String drawn,
      Configuration configuration,
      ByteArrayOutputStream png)
      throws IOException {
    policy.check(manifest.shape());
    AugmentationSheet augmented = new AugmentationSheet(manifest.shape(), perClass + 1);
    augmented.write(policy.create(), firstOfEachClass(path, drawn, configuration), seed, png);
  }

  private static String usualSplit(ShardManifest manifest) {
    return manifest.splits().containsKey(PrepareOptions.TRAIN)
        ? PrepareOptions.TRAIN
        : manifest.splits().keySet().iterator().next();
  }

  private static List<byte[]> firstOfEachClass(
      org.apache.hadoop.fs.Path path, String split, Configuration configuration) {
    try (ShardDataset dataset = ShardDataset.open(path, split, configuration)) {
      byte[][] first = new byte[dataset.manifest().classNames().size()][];
      int missing = first.length;
      for (long sample = 0; sample < dataset.size() && missing > 0; sample++) {
        int label = dataset.label(sample);
        if (first[label] == null) {
          first[label] = new byte[dataset.manifest().shape().size()];
          dataset.copyImage(sample, ByteBuffer.wrap(first[label]), 0);
          missing--;
        }
      }
      List<byte[]> images = new ArrayList<>();
      for (byte[] image : first) {
        if (image != null) {
          images.add(image);
        }
      }
      return images;
    }
  }
}
