package org.e2spark.data.source.known;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.FileAccount;
import org.e2spark.data.source.FolderContents;

/** What lies in a folder of any file system, in alphabetical order, and what was taken of it. */
final class FolderNames {

  private static final String COMPRESSED = ".gz";

  private final Path folder;
  private final List<String> files;
  private final List<String> folders;
  private final Set<String> taken = new TreeSet<>();

  private FolderNames(Path folder, List<FileStatus> found) {
    this.folder = folder;
    this.files = names(found, false);
    this.folders = names(found, true);
  }

  /**
   * Looks into a folder.
   *
   * @throws BadImageDataException if it is no folder or has names that cannot be read here
   */
  static FolderNames of(String folder, Configuration conf) {
    Path path = new Path(folder);
    return new FolderNames(path, FolderContents.of(path, conf));
  }

  private static List<String> names(List<FileStatus> found, boolean folders) {
    return found.stream()
        .filter(status -> status.isDirectory() == folders)
        .map(FolderContents::name)
        .toList();
  }

  /** The folder's path. */
  String folder() {
    return folder.toString();
  }

  /** Names of files. */
  List<String> files() {
    return files;
  }

  /** Names of folders. */
  List<String> folders() {
    return folders;
  }

  /**
   * The paths of the files whose whole name matches, which are taken by that.
   *
   * @throws BadImageDataException if one of them is there twice, compressed and not
   */
  List<String> matching(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    List<String> found = files.stream().filter(n -> compiled.matcher(n).matches()).toList();
    for (String name : found) {
      if (found.contains(name + COMPRESSED)) {
        throw new BadImageDataException(
            folder(),
            "each file once",
            name + " and " + name + COMPRESSED + " (remove one of them)");
      }
    }
    taken.addAll(found);
    return found.stream().map(this::path).toList();
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
          folder(),
          "one file named like " + readable(pattern),
          found.isEmpty() ? "none" : String.join(", ", found));
    }
    return found.get(0);
  }

  /** What became of the folder's files. */
  FileAccount account() {
    FileAccount.Builder account = new FileAccount.Builder();
    for (String file : files) {
      if (taken.contains(file)) {
        account.read();
      } else {
        account.leftOut("not named like the format's files", path(file));
      }
    }
    return account.build();
  }

  /** A pattern as people write them. */
  static String readable(String pattern) {
    return pattern.replaceAll("\\\\[QE]", "").replaceAll("\\.[*+]", "*").replace("\\.", ".");
  }

  String path(String name) {
    return new Path(folder, new Path(null, null, name)).toString();
  }
}
