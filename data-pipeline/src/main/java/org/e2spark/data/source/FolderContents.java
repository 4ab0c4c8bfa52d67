package org.e2spark.data.source;

import java.io.File;
import java.io.IOException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.task.UserPath;

/** What lies in a folder of any file system: everything, or an error that says what is missing. */
public final class FolderContents {

  /** What Java puts for bytes of a name that its encoding of names does not have. */
  private static final char UNREADABLE = '\uFFFD';

  private FolderContents() {}

  /**
   * Everything in a folder, by name: file systems list in any order.
   *
   * @throws BadImageDataException if it is no folder, or if a name cannot be read here, as under
   *     {@code LC_ALL=C}: such files would be left out in silence
   */
  public static List<FileStatus> of(Path folder, Configuration conf) {
    try {
      FileSystem files = UserPath.fileSystem(folder, conf);
      FileStatus[] found = files.listStatus(folder);
      if (folder.getFileSystem(conf) instanceof LocalFileSystem) {
        checkNames(folder, found.length);
      }
      return Arrays.stream(found).sorted(Comparator.comparing(FolderContents::name)).toList();
    } catch (IOException | IllegalArgumentException e) {
      throw new BadImageDataException(folder.toString(), "a folder", e.toString(), e);
    }
  }

  /** A file's or folder's own name. */
  public static String name(FileStatus status) {
    return status.getPath().getName();
  }

  /** A name as it is compared: letters with accents are one character, however they are stored. */
  public static String composed(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /** Whether a name is one of those that tools hide: it begins with a dot or an underscore. */
  public static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  private static void checkNames(Path folder, int found) {
    String[] names = new File(folder.toUri().getPath()).list();
    if (names == null) {
      return;
    }
    List<String> unreadable =
        Arrays.stream(names).filter(name -> name.indexOf(UNREADABLE) >= 0).sorted().toList();
    if (unreadable.isEmpty() && names.length == found) {
      return;
    }
    String encoding = System.getProperty("sun.jnu.encoding", "unknown");
    throw new BadImageDataException(
        folder.toString(),
        "file names that can be read here",
        unreadable.isEmpty()
            ? names.length + " names, of which " + found + " could be looked at"
            : unreadable.size()
                + " that cannot, such as "
                + unreadable.get(0)
                + " (this JVM reads names as "
                + encoding
                + ": set LC_ALL=C.UTF-8 for the driver and spark.executorEnv.LC_ALL=C.UTF-8 for"
                + " executors; if it is UTF-8 already, rename the file)");
  }
}
