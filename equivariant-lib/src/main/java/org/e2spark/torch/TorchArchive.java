package org.e2spark.torch;

import ai.djl.ndarray.NDArray;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The file form of a TorchScript module: a zip archive whose entries are stored, with the source of
 * one class, a pickle that makes an instance of it, and the bytes of its tensors.
 *
 * <p>Layout: {@code m/data.pkl}, {@code m/data/0}, {@code m/data/1}, ..., {@code
 * m/code/__torch__.py}, {@code m/constants.pkl}, {@code m/version}. Any libtorch since 1.6 reads
 * it, as far as it knows the operators.
 */
public final class TorchArchive {

  /** The serialisation version that current operators are written in. */
  private static final String VERSION = "3\n";

  private TorchArchive() {}

  /**
   * Writes a module of one function of one tensor.
   *
   * @param out not closed
   * @param body the statements of {@code forward}, of a tensor {@code x} and of {@code self}, each
   *     on a line of its own without indentation; the last one returns
   * @param tensors the module's attributes by name
   * @param extra files of text that the archive carries, by name
   * @throws IOException if writing fails
   */
  public static void write(
      OutputStream out,
      Iterable<String> body,
      Map<String, NDArray> tensors,
      Map<String, String> extra)
      throws IOException {
    var source = new StringBuilder("class Program(Module):\n  __parameters__ = []\n");
    var buffers = new StringJoiner(", ", "  __buffers__ = [", "]\n");
    tensors.keySet().forEach(name -> buffers.add('"' + name + '"'));
    source.append(buffers).append("  training : bool\n");
    tensors.keySet().forEach(name -> source.append("  ").append(name).append(" : Tensor\n"));
    source.append("  def forward(self: __torch__.Program,\n    x: Tensor) -> Tensor:\n");
    body.forEach(statement -> source.append("    ").append(statement).append('\n'));
    write(out, source.toString(), tensors, extra);
  }

  /** The archive of a stateless module with the given source of a class named Program. */
  static byte[] of(String source) {
    var bytes = new ByteArrayOutputStream();
    try {
      write(bytes, source, Map.of(), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(
      OutputStream out, String source, Map<String, NDArray> tensors, Map<String, String> extra)
      throws IOException {
    var zip = new ZipOutputStream(out);
    store(zip, "m/data.pkl", ModulePickle.of(tensors));
    int key = 0;
    for (NDArray tensor : tensors.values()) {
      store(zip, "m/data/" + key++, bytes(tensor));
    }
    store(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
    for (Map.Entry<String, String> file : extra.entrySet()) {
      store(zip, "m/extra/" + file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
    }
    store(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
    store(zip, "m/version", VERSION.getBytes(StandardCharsets.US_ASCII));
    zip.finish();
  }

  /** Row-major, in the machine's order, which is little-endian wherever libtorch runs. */
  private static byte[] bytes(NDArray tensor) {
    ByteBuffer buffer = tensor.toByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var crc = new CRC32();
    crc.update(content);
    var entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
