package org.e2spark.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Objects in this JVM's memory, with the weakest semantics of an S3-compatible store: an object
 * appears whole when its stream is closed, nothing can be renamed or appended to, there are no
 * directories but in names, and a listing does not show an object the first time it is asked.
 *
 * <p>Tests can come between a writer and the store.
 */
public final class ObjectStoreFileSystem extends FileSystem {

  public static final String SCHEME = "objects";

  private static final Map<String, Stored> OBJECTS = new ConcurrentSkipListMap<>();
  private static final AtomicReference<Door> DOOR = new AtomicReference<>(path -> {});
  private static final Set<String> READ = ConcurrentHashMap.newKeySet();

  /** Is asked before an object appears. */
  @FunctionalInterface
  public interface Door {
    /** May wait, or throw as a store does that takes no more. */
    void pass(Path path) throws IOException;
  }

  private static final class Stored {
    private final byte[] content;
    private final long time = System.currentTimeMillis();
    private boolean listed;

    Stored(byte[] content) {
      this.content = content;
    }
  }

  private URI uri;

  /** Sets who is asked from now on. */
  public static void guard(Door door) {
    DOOR.set(door);
  }

  /** Forgets which objects were read. */
  public static void forgetReads() {
    READ.clear();
  }

  /** The objects that were read since. */
  public static Set<String> reads() {
    return Set.copyOf(READ);
  }

  /** The content of an object. */
  public static byte[] content(String path) throws IOException {
    return stored(new Path(path)).content;
  }

  private static Stored stored(Path path) throws FileNotFoundException {
    Stored stored = OBJECTS.get(path.toUri().getPath());
    if (stored == null) {
      throw new FileNotFoundException(path.toString());
    }
    return stored;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    setConf(conf);
    uri = URI.create(SCHEME + "://" + name.getAuthority());
  }

  @Override
  public URI getUri() {
    return uri;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    READ.add(path.toUri().getPath());
    return new FSDataInputStream(new Bytes(stored(path).content));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    ByteArrayOutputStream put =
        new ByteArrayOutputStream() {
          private boolean open = true;

          @Override
          public void close() throws IOException {
            if (open) {
              open = false;
              DOOR.get().pass(path);
              OBJECTS.put(path.toUri().getPath(), new Stored(toByteArray()));
            }
          }
        };
    return new FSDataOutputStream(put, statistics);
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("No object can be appended to");
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("No object can be renamed");
  }

  @Override
  public boolean delete(Path path, boolean recursive) {
    String name = path.toUri().getPath();
    Set<String> gone = new HashSet<>(below(name).keySet());
    gone.add(name);
    return OBJECTS.keySet().removeAll(gone);
  }

  private static Map<String, Stored> below(String name) {
    Map<String, Stored> below = new TreeMap<>(OBJECTS);
    below.keySet().removeIf(other -> !other.startsWith(name + "/"));
    return below;
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    String name = path.toUri().getPath();
    List<FileStatus> found = new ArrayList<>();
    Set<String> folders = new HashSet<>();
    for (Map.Entry<String, Stored> entry : below(name).entrySet()) {
      if (!entry.getValue().listed) {
        entry.getValue().listed = true;
        continue;
      }
      String rest = entry.getKey().substring(name.length() + 1);
      int slash = rest.indexOf('/');
      if (slash < 0) {
        found.add(getFileStatus(new Path(path, rest)));
      } else if (folders.add(rest.substring(0, slash))) {
        found.add(folder(new Path(path, rest.substring(0, slash))));
      }
    }
    return found.toArray(new FileStatus[0]);
  }

  private FileStatus folder(Path path) {
    return new FileStatus(0, true, 1, 1, 0, makeQualified(path));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    String name = path.toUri().getPath();
    if (!OBJECTS.containsKey(name) && !below(name).isEmpty()) {
      return folder(path);
    }
    Stored stored = stored(path);
    return new FileStatus(stored.content.length, false, 1, 1, stored.time, makeQualified(path));
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    return true;
  }

  @Override
  public void setWorkingDirectory(Path path) {
    throw new UnsupportedOperationException("Paths are whole here");
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri + "/");
  }

  private static final class Bytes extends ByteArrayInputStream
      implements Seekable, PositionedReadable {
    Bytes(byte[] content) {
      super(content);
    }

    @Override
    public void seek(long position) throws IOException {
      if (position < 0 || position > count) {
        throw new EOFException("Position " + position + " of " + count);
      }
      pos = (int) position;
    }

    @Override
    public long getPos() {
      return pos;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
      seek(position);
      return read(target, offset, length);
    }

    @Override
    public void readFully(long position, byte[] target, int offset, int length) throws IOException {
      if (read(position, target, offset, length) < length) {
        throw new EOFException("The object ends before " + (position + length));
      }
    }

    @Override
    public void readFully(long position, byte[] target) throws IOException {
      readFully(position, target, 0, target.length);
    }
  }
}
