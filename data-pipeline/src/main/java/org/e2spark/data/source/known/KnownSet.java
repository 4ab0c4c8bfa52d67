package org.e2spark.data.source.known;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.known.MnistSets.TrainReflections;
import org.e2spark.data.text.Text;

/**
 * A published image set, by name.
 *
 * <ul>
 *   <li>{@code mnist}: 60,000 and 10,000 digits of 28x28
 *   <li>{@code mnist-rot}: 12,000 and 50,000 digits rotated by uniform angles, generated from MNIST
 *       with the column {@code radians}, or read from the published {@code .amat} files
 *   <li>{@code mnist12k}: the same digits upright
 *   <li>{@code mnist-o2}: rotated digits of which half are mirrored to train with; to test with,
 *       each rotated digit and its mirror image (100,000)
 *   <li>{@code mnist-o2:as-published}: the same, but of the training digits only the first two are
 *       mirrored, as the published script does by mistake
 *   <li>{@code cifar10}, {@code cifar100}, {@code stl10}: as published
 *   <li>{@code stl10-ablation:SIZE}: STL-10's 13,000 labelled images pooled: SIZE to train with, as
 *       many of each class, 1,000 to validate, the rest to test with
 * </ul>
 */
public final class KnownSet {

  @FunctionalInterface
  private interface Opener {
    ImageSource open(KnownFiles files, Configuration conf, long seed);
  }

  private static final String ABLATION = "stl10-ablation:";
  private static final int MAX_ABLATION = 8_000;

  private static final Map<String, KnownSet> SETS = sets();

  private static Map<String, KnownSet> sets() {
    Map<String, KnownSet> sets = new TreeMap<>();
    for (KnownSet set :
        List.of(
            ofMnist("mnist", (files, conf, seed) -> MnistSets.mnist(files, conf)),
            ofMnist("mnist-rot", MnistSets::rotated),
            ofMnist("mnist12k", MnistSets::upright),
            ofMnist("mnist-o2", reflecting(TrainReflections.HALF)),
            ofMnist("mnist-o2:as-published", reflecting(TrainReflections.AS_PUBLISHED)),
            new KnownSet(
                "cifar10",
                List.of(ColourSets.CIFAR10_ARCHIVE),
                (files, conf, seed) -> ColourSets.cifar10(files, conf)),
            new KnownSet(
                "cifar100",
                List.of(ColourSets.CIFAR100_ARCHIVE),
                (files, conf, seed) -> ColourSets.cifar100(files, conf)),
            new KnownSet(
                "stl10",
                List.of(ColourSets.STL10_ARCHIVE),
                (files, conf, seed) -> ColourSets.stl10(files, conf)))) {
      sets.put(set.name, set);
    }
    return Collections.unmodifiableMap(sets);
  }

  private static KnownSet ofMnist(String name, Opener opener) {
    return new KnownSet(name, MnistSets.files(), opener);
  }

  private static Opener reflecting(TrainReflections reflections) {
    return (files, conf, seed) -> MnistSets.reflected(files, conf, seed, reflections);
  }

  private final String name;
  private final List<RemoteFile> files;
  private final Opener opener;

  private KnownSet(String name, List<RemoteFile> files, Opener opener) {
    this.name = name;
    this.files = files;
    this.opener = opener;
  }

  /** The names, with {@code SIZE} standing for a number. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(SETS.keySet());
    names.add(ABLATION + "SIZE");
    return List.copyOf(names);
  }

  /**
   * Returns the set of a name.
   *
   * @throws IllegalArgumentException if there is none, naming those there are
   */
  public static KnownSet named(String name) {
    KnownSet set = name.startsWith(ABLATION) ? ablation(name) : SETS.get(name);
    if (set == null) {
      throw new IllegalArgumentException(
          Text.format("Unknown image set: '%s' (known: %s)", name, String.join(", ", names())));
    }
    return set;
  }

  private static KnownSet ablation(String name) {
    String size = name.substring(ABLATION.length());
    int train = size.matches("[0-9]{1,5}") ? Integer.parseInt(size) : 0;
    if (train < 10 || train > MAX_ABLATION || train % 10 != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid size of an STL-10 ablation: '%s' (a multiple of 10 of 10 to %d)",
              size, MAX_ABLATION));
    }
    return new KnownSet(
        name,
        List.of(ColourSets.STL10_ARCHIVE),
        (files, conf, seed) -> ColourSets.stl10Ablation(files, conf, train, seed));
  }

  /** The published files that it is read or made from. */
  public List<RemoteFile> files() {
    return files;
  }

  /**
   * Opens the set from a folder that holds its files, gzipped or not.
   *
   * @param folder Hadoop path
   * @param conf gives the file system
   * @param seed decides what is random in sets that are generated; others ignore it
   * @throws org.e2spark.data.source.BadImageDataException if a file is missing, or has neither a
   *     published checksum nor one in the folder's {@code SHA256SUMS}
   * @throws ChecksumException if a file is not the published one
   */
  public ImageSource open(String folder, Configuration conf, long seed) {
    return opener.open(new KnownFiles(folder, conf), conf, seed);
  }
}
