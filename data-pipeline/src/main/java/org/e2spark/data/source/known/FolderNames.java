package org.e2spark.data.source.known;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.source.BadImageDataException;

/**
 * What lies in a folder of any file system, in alphabetical order.
 *
 * @param folder Hadoop path
 * @param files names of files
 * @param folders names of folders
 */
record FolderNames(String folder, List<String> files, List<String> folders) {

  static FolderNames of(String folder, Configuration conf) {
    Path path = new Path(folder);
    try {
      FileStatus[] found = path.getFileSystem(conf).listStatus(path);
      return new FolderNames(folder, names(found, false), names(found, true));
    } catch (IOException | IllegalArgumentException e) {
      throw new BadImageDataException(
          folder, BadImageDataException.WHOLE_FILE, "a folder", e.toString(), e);
    }
  }

  private static List<String> names(FileStatus[] found, boolean folders) {
    return Arrays.stream(found)
        .filter(status -> status.isDirectory() == folders)
        .map(status -> status.getPath().getName())
        .sorted()
        .toList();
  }

  /** The paths of the files whose whole name matches. */
  List<String> matching(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return files.stream().filter(name -> compiled.matcher(name).matches()).map(this::path).toList();
  }

  /**
   * The path of the only file whose whole name matches.
   *
   * @throws BadImageDataException if there is none, or another
   */
  String only(String pattern) {
    List<String> found = matching(pattern);
    if (found.size() != 1) {
      throw new BadImageDataException(
          folder,
          BadImageDataException.WHOLE_FILE,
          "one file named like " + readable(pattern),
          found.isEmpty() ? "none" : String.join(", ", found));
    }
    return found.get(0);
  }

  /** A pattern as people write them. */
  static String readable(String pattern) {
    return pattern.replaceAll("\\\\[QE]", "").replaceAll("\\.[*+]", "*").replace("\\.", ".");
  }

  String path(String name) {
    return new Path(folder, name).toString();
  }
}
