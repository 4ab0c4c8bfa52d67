package org.e2spark.cli;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;

/** Names of runs' directories by which each can be told from the others. */
final class RunNames {

  private RunNames() {}

  /** The last parts of each path: as few as make all names differ, or all of them. */
  static List<String> of(List<Path> paths) {
    int deepest = paths.stream().mapToInt(Path::depth).max().orElse(0);
    return IntStream.rangeClosed(1, deepest)
        .mapToObj(parts -> paths.stream().map(path -> end(path, parts)).toList())
        .filter(names -> names.stream().distinct().count() == paths.stream().distinct().count())
        .findFirst()
        .orElseGet(() -> paths.stream().map(Path::toString).toList());
  }

  private static String end(Path path, int parts) {
    Path parent = path.getParent();
    return parts == 1 || parent == null || parent.isRoot()
        ? path.getName()
        : end(parent, parts - 1) + Path.SEPARATOR + path.getName();
  }
}
