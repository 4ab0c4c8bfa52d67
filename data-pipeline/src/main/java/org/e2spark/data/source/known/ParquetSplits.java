package org.e2spark.data.source.known;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.BadImageDataException;

/** The splits of Parquet files that are named by them, as dataset hubs do. */
final class ParquetSplits {

  private static final Pattern NAMED =
      Pattern.compile(
          "(train|training|test|testing|val|valid|validation)(-\\d+-of-\\d+.*)?\\.parquet",
          Pattern.CASE_INSENSITIVE);
  private static final String FILES = "(?![._]).+\\.parquet";

  private ParquetSplits() {}

  /**
   * The files of each split, the training split first; none if no file is named by a split, and all
   * files are one.
   *
   * @throws BadImageDataException if some files are named by splits and others are not
   */
  static Map<String, List<String>> of(FolderNames names, Configuration conf) {
    FolderNames files =
        names.matching(FILES).isEmpty() && names.folders().contains("data")
            ? FolderNames.of(names.path("data"), conf)
            : names;
    Map<String, List<String>> splits = new TreeMap<>();
    List<String> others = new ArrayList<>();
    for (String file : files.files()) {
      Matcher named = NAMED.matcher(file);
      if (named.matches()) {
        String split = FolderLayout.usual(named.group(1).toLowerCase(Locale.ROOT));
        splits.computeIfAbsent(split, key -> new ArrayList<>()).add(files.path(file));
      } else if (file.matches(FILES)) {
        others.add(file);
      }
    }
    if (!splits.isEmpty() && !others.isEmpty()) {
      throw new BadImageDataException(
          files.folder(),
          "every Parquet file named by its split, as train-00000-of-00001.parquet",
          String.join(", ", others));
    }
    return FolderLayout.trainFirst(splits);
  }
}
