package org.e2spark.data.source.known;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.FolderContents;
import org.e2spark.data.text.Text;

/**
 * Which folders of a folder of images are splits.
 *
 * <p>They are where those that are called like splits, in any case, hold folders and no files: a
 * folder {@code train} of images is a class. Where nothing is called so but all folders hold the
 * same folders, they may be splits under other names; that is not guessed.
 */
final class FolderLayout {

  /** Splits by what people call them, in lower case. */
  private static final Map<String, String> USUAL =
      Map.of(
          "train", "train",
          "training", "train",
          "test", "test",
          "testing", "test",
          "val", "validation",
          "valid", "validation",
          "validation", "validation");

  private static final String NAMES =
      "train, test and validation (or training, testing, val, valid)";

  /** A folder of the top level and what lies in it. */
  private record Entry(FileStatus folder, List<String> folders, List<String> files) {

    static Entry of(FileStatus folder, Configuration conf) {
      List<String> folders = new ArrayList<>();
      List<String> files = new ArrayList<>();
      for (FileStatus child : FolderContents.of(folder.getPath(), conf)) {
        String name = FolderContents.name(child);
        if (!FolderContents.isHidden(name)) {
          (child.isDirectory() ? folders : files).add(FolderContents.composed(name));
        }
      }
      return new Entry(folder, folders, files);
    }

    String name() {
      return FolderContents.composed(FolderContents.name(folder));
    }

    String split() {
      return USUAL.get(name().toLowerCase(Locale.ROOT));
    }

    boolean holdsFoldersOnly() {
      return !folders.isEmpty() && files.isEmpty();
    }
  }

  private FolderLayout() {}

  /** The split that people call so, in lower case; null if it is none. */
  static String usual(String name) {
    return USUAL.get(name);
  }

  /**
   * The splits' folders by name, the training split first; one split {@code train} where the
   * folder's folders are classes.
   *
   * @throws BadImageDataException if the folders can be meant one way or the other, saying how to
   *     name them
   */
  static Map<String, String> splits(Path root, Configuration conf) {
    List<Entry> entries = new ArrayList<>();
    for (FileStatus child : FolderContents.of(root, conf)) {
      String name = FolderContents.name(child);
      if (child.isDirectory() && !FolderContents.isHidden(name)) {
        entries.add(Entry.of(child, conf));
      }
    }
    boolean usual =
        entries.stream().anyMatch(entry -> entry.split() != null && entry.holdsFoldersOnly());
    if (!usual) {
      refuseSplitsOfOtherNames(root, entries);
      return Map.of("train", root.toString());
    }
    Map<String, String> splits = new TreeMap<>();
    Map<String, String> given = new TreeMap<>();
    for (Entry entry : entries) {
      if (!entry.holdsFoldersOnly()) {
        throw bad(
            root,
            "splits that hold a folder for each class, as others here do",
            Text.format(
                "%s with %s files (move it elsewhere, or its files into folders of classes)",
                entry.name(), entry.files().size()));
      }
      String split = entry.split() == null ? entry.name() : entry.split();
      String before = given.put(split, entry.name());
      if (before != null) {
        throw bad(root, "one folder for the split " + split, before + " and " + entry.name());
      }
      splits.put(split, entry.folder().getPath().toString());
    }
    return trainFirst(splits);
  }

  /** Training images come first, so that their ids do; the other splits by name. */
  static <V> Map<String, V> trainFirst(Map<String, V> splits) {
    Map<String, V> ordered = new LinkedHashMap<>();
    if (splits.containsKey("train")) {
      ordered.put("train", splits.get("train"));
    }
    ordered.putAll(splits);
    return ordered;
  }

  private static void refuseSplitsOfOtherNames(Path root, List<Entry> entries) {
    boolean alike =
        entries.size() > 1
            && entries.stream().allMatch(Entry::holdsFoldersOnly)
            && entries.stream().map(entry -> new TreeSet<>(entry.folders())).distinct().count()
                == 1;
    if (alike) {
      throw bad(
          root,
          "folders of classes, or splits named " + NAMES,
          String.join(", ", entries.stream().map(Entry::name).toList())
              + ", which all hold the folders "
              + String.join(", ", entries.get(0).folders()));
    }
  }

  private static BadImageDataException bad(Path root, String expected, String found) {
    return new BadImageDataException(root.toString(), expected, found);
  }
}
