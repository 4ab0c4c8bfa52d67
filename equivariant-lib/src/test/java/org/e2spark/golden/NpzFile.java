package org.e2spark.golden;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Reads NumPy's .npz (a zip of .npy arrays) of float32, float64, int32, int64, uint8 or bool,
 * row-major.
 */
public final class NpzFile {

  /** An array, its values widened to double. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  public record Array(long[] shape, double[] values) {

    /** The values as float. */
    public float[] floats() {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }

    /** The values as long. */
    public long[] longs() {
      return Arrays.stream(values).mapToLong(Math::round).toArray();
    }
  }

  private static final Pattern HEADER =
      Pattern.compile(
          ".*'descr': '([^']+)', 'fortran_order': (True|False), 'shape': \\(([^)]*)\\).*",
          Pattern.DOTALL);

  private final Path path;
  private final Map<String, Array> arrays;
  private final Set<String> read = new HashSet<>();

  private NpzFile(Path path, Map<String, Array> arrays) {
    this.path = path;
    this.arrays = arrays;
  }

  /** Reads the whole file. */
  public static NpzFile read(Path path) throws IOException {
    Map<String, Array> arrays = new LinkedHashMap<>();
    try (InputStream file = Files.newInputStream(path);
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        Array array = parse(name, zip.readAllBytes());
        if (array != null) {
          arrays.put(name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name, array);
        }
      }
    }
    return new NpzFile(path, arrays);
  }

  /** The names of the arrays, in file order. */
  public Set<String> names() {
    return arrays.keySet();
  }

  /** Whether there is an array of that name. */
  public boolean has(String name) {
    return arrays.containsKey(name);
  }

  /** The array of that name; throws NoSuchElementException if there is none. */
  public Array get(String name) {
    Array array = arrays.get(name);
    read.add(name);
    if (array == null) {
      throw new NoSuchElementException(
          "No array " + name + " in " + path + ", only " + arrays.keySet());
    }
    return array;
  }

  /** Counts an array as read. */
  void skip(String name) {
    read.add(name);
  }

  /** The arrays that were neither read nor skipped. */
  List<String> unread() {
    return arrays.keySet().stream().filter(name -> !read.contains(name)).toList();
  }

  private static Array parse(String name, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int version = bytes[6];
    int headerLength = version == 1 ? buffer.getShort(8) & 0xffff : buffer.getInt(8);
    int headerStart = version == 1 ? 10 : 12;
    String header = new String(bytes, headerStart, headerLength, StandardCharsets.ISO_8859_1);
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw new IOException("Unreadable header of " + name + ": " + header);
    }
    if (matcher.group(1).equals("|O")) {
      return null;
    }
    long[] shape =
        Arrays.stream(matcher.group(3).split(","))
            .map(String::strip)
            .filter(s -> !s.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    double[] values =
        new double[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    buffer.position(headerStart + headerLength);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (matcher.group(1)) {
            case "<f4" -> buffer.getFloat();
            case "<f8" -> buffer.getDouble();
            case "<i4" -> buffer.getInt();
            case "<i8" -> buffer.getLong();
            case "|u1" -> buffer.get() & 0xff;
            case "|b1", "|i1" -> buffer.get();
            default -> throw new IOException("Unknown type " + matcher.group(1) + " of " + name);
          };
    }
    return new Array(shape, matcher.group(2).equals("True") ? rowMajor(shape, values) : values);
  }

  private static double[] rowMajor(long[] shape, double[] columnMajor) {
    double[] values = new double[columnMajor.length];
    for (int target = 0; target < values.length; target++) {
      int rest = target;
      int source = 0;
      int stride = values.length;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        stride /= (int) shape[axis];
        source += rest % (int) shape[axis] * stride;
        rest /= (int) shape[axis];
      }
      values[target] = columnMajor[source];
    }
    return values;
  }
}
