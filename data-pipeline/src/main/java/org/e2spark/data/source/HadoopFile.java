package org.e2spark.data.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.task.UserPath;

/**
 * A file of any Hadoop file system, gzipped or not; its first two bytes tell, not its name.
 *
 * @param name the path
 * @param length bytes, or unknown for gzip
 * @param gzip whether the file is gzipped
 */
record HadoopFile(String name, long length, boolean gzip) implements ByteSource {

  private static final int BUFFER_BYTES = 1 << 18;
  private static final int GZIP_MAGIC = 0x1f8b;

  /**
   * Looks at the file.
   *
   * @throws BadImageDataException if it is missing, unreadable or a folder
   */
  static HadoopFile at(String path, Configuration conf) {
    try {
      Path hadoopPath = new Path(path);
      FileSystem fileSystem = UserPath.fileSystem(hadoopPath, conf);
      FileStatus status = fileSystem.getFileStatus(hadoopPath);
      if (status.isDirectory()) {
        throw new BadImageDataException(path, "a file", "a folder");
      }
      try (FSDataInputStream in = fileSystem.open(hadoopPath)) {
        int first = in.read();
        int second = first < 0 ? -1 : in.read();
        boolean gzip = second >= 0 && (first << 8 | second) == GZIP_MAGIC;
        return new HadoopFile(path, gzip ? UNKNOWN_LENGTH : status.getLen(), gzip);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new BadImageDataException(path, "a readable file", String.valueOf(e), e);
    }
  }

  @Override
  public boolean isSeekable() {
    return !gzip;
  }

  @Override
  public InputStream open(long offset, Configuration conf) throws IOException {
    Path path = new Path(name);
    FSDataInputStream in = UserPath.fileSystem(path, conf).open(path);
    try {
      if (!gzip) {
        in.seek(offset);
        return new BufferedInputStream(in, BUFFER_BYTES);
      }
      InputStream plain = new GZIPInputStream(in, BUFFER_BYTES);
      plain.skipNBytes(offset);
      return new BufferedInputStream(plain, BUFFER_BYTES);
    } catch (EOFException | ZipException e) {
      in.close();
      throw new BadImageDataException(
          name, offset, "bytes", "the end of the file or damaged compression", e);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }
}
