package org.e2spark.data.shard;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The few things shards ask of Hadoop's file systems. */
final class HadoopFiles {
  private HadoopFiles() {}

  /** Whether a path's files can be mapped where they are. */
  static boolean isLocal(FileSystem fs) {
    return "file".equals(fs.getUri().getScheme());
  }

  /** Writes a small file, of one writer at a time, so that no reader ever sees half of it. */
  static void writeWhole(FileSystem fs, Path path, byte[] content) throws IOException {
    writeWhole(fs, new Path(path.getParent(), "_" + path.getName() + ".tmp"), path, content);
  }

  /** The same by a temporary name that no other writer of the file uses. */
  static void writeWhole(FileSystem fs, Path temporary, Path path, byte[] content)
      throws IOException {
    try (FSDataOutputStream out = fs.create(temporary, true)) {
      out.write(content);
    }
    publish(fs, temporary, path);
  }

  /** Gives a finished file its name, whatever an earlier attempt left under it. */
  static void publish(FileSystem fs, Path temporary, Path path) throws IOException {
    if (fs.rename(temporary, path)) {
      return;
    }
    if (!fs.exists(temporary)) {
      // Then what stands under the name is another attempt's finished work.
      throw new FileNotFoundException(temporary + " is gone: its job has ended");
    }
    fs.delete(path, false);
    if (!fs.rename(temporary, path)) {
      throw new IOException("Cannot rename " + temporary + " to " + path);
    }
  }
}
