package org.e2spark.data.prepare;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under the scheme {@code dying}, on which nothing changes any more after a number
 * of operations, as if everybody who writes had been killed in the middle of that operation: making
 * a folder, creating, the first write of a file (which stores half), closing, renaming, deleting.
 */
public final class DyingFileSystem extends RawLocalFileSystem {
  private static final AtomicInteger LEFT = new AtomicInteger(Integer.MAX_VALUE);

  static Path path(java.nio.file.Path local) {
    return new Path("dying:" + local);
  }

  static void register(Configuration configuration) {
    configuration.set("fs.dying.impl", DyingFileSystem.class.getName());
  }

  static void dieAfter(int operations) {
    LEFT.set(operations);
  }

  /** Operations that have not been done of those that were allowed. */
  static int left() {
    return LEFT.get();
  }

  private static boolean isAlive() {
    return LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  private static void operate() throws IOException {
    if (!isAlive()) {
      throw new IOException("killed");
    }
  }

  @Override
  public URI getUri() {
    return URI.create("dying:///");
  }

  @Override
  public String getScheme() {
    return "dying";
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    operate();
    return new FSDataOutputStream(
        new DyingStream(
            super.create(file, overwrite, bufferSize, replication, blockSize, progress)),
        null);
  }

  private static final class DyingStream extends FilterOutputStream {
    private boolean begun;
    private boolean closed;

    DyingStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      boolean dead = begun ? LEFT.get() == 0 : !isAlive();
      begun = true;
      out.write(bytes, offset, dead ? length / 2 : length);
      if (dead) {
        throw new IOException("killed");
      }
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        out.close();
        operate();
      }
    }
  }

  @Override
  public boolean mkdirs(Path folder) throws IOException {
    operate();
    return super.mkdirs(folder);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    operate();
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    operate();
    return super.delete(path, recursive);
  }
}
