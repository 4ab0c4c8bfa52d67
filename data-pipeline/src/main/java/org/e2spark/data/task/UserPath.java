package org.e2spark.data.task;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.VersionInfo;

/**
 * Paths as people give them, made whole on the driver: by its working directory and its default
 * file system, before anything is recorded or sent to executors, who have others.
 */
public final class UserPath {

  private static final String HADOOP = "org.apache.hadoop:";
  private static final Map<String, String> PACKAGES =
      Map.of(
          "s3a", HADOOP + "hadoop-aws:" + VersionInfo.getVersion(),
          "abfs", HADOOP + "hadoop-azure:" + VersionInfo.getVersion(),
          "abfss", HADOOP + "hadoop-azure:" + VersionInfo.getVersion(),
          "wasb", HADOOP + "hadoop-azure:" + VersionInfo.getVersion(),
          "wasbs", HADOOP + "hadoop-azure:" + VersionInfo.getVersion(),
          "gs", "com.google.cloud.bigdataoss:gcs-connector (the release for Hadoop 3)");

  private UserPath() {}

  /**
   * The path with scheme, authority and all its folders.
   *
   * @throws PathException if it is no path, or its file system is not on the class path, naming
   *     what to add
   */
  public static Path qualify(String text, Configuration configuration) {
    return qualify(parse(text), configuration);
  }

  /** As {@link #qualify(String, Configuration)}. */
  public static Path qualify(Path path, Configuration configuration) {
    try {
      return path.getFileSystem(configuration).makeQualified(path);
    } catch (UnsupportedFileSystemException e) {
      throw missing(path, e);
    } catch (IOException e) {
      throw new PathException("Cannot reach " + path + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) {
        throw missing(path, e);
      }
      throw e;
    }
  }

  /**
   * A path's file system; for local files the raw one, since Hadoop's would leave a file of
   * checksums beside every other and refuses names with a colon for them.
   */
  public static FileSystem fileSystem(Path path, Configuration configuration) throws IOException {
    FileSystem files = path.getFileSystem(configuration);
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }

  private static Path parse(String text) {
    if (text.isBlank()) {
      throw new PathException("Invalid path: '" + text + "' (it is empty)", null);
    }
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      throw new PathException(
          "Invalid path '"
              + text
              + "': what stands before a colon is taken for a file system; write the path whole, such"
              + " as file:///folder/a:b",
          e);
    }
  }

  private static PathException missing(Path path, Exception cause) {
    String scheme = path.toUri().getScheme();
    if (scheme.equals("s3") || scheme.equals("s3n")) {
      return new PathException(
          "No file system for " + path + ": write s3a:// instead of " + scheme + "://", cause);
    }
    String needed = PACKAGES.get(scheme);
    return new PathException(
        "No file system for "
            + path
            + ": "
            + (needed == null
                ? "nothing on the class path serves " + scheme + "://"
                : "add --packages " + needed),
        cause);
  }
}
