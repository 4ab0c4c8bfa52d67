package org.e2spark.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The file form of a TorchScript module without state: a zip archive whose entries are stored, with
 * the source of one class and a pickle that makes an instance of it.
 *
 * <p>Layout: {@code m/data.pkl}, {@code m/code/__torch__.py}, {@code m/constants.pkl}, {@code
 * m/version}.
 */
final class TorchArchive {

  /** The serialisation version that current operators are written in. */
  private static final String VERSION = "3\n";

  private TorchArchive() {}

  /**
   * The archive of a module whose {@code forward} takes tensors of the given names and runs the
   * given statements.
   */
  static byte[] of(String source) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      store(zip, "m/data.pkl", modulePickle());
      store(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "m/version", VERSION.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Pickle protocol 2: an instance of {@code __torch__.Program} whose only attribute is {@code
   * training = True}.
   */
  private static byte[] modulePickle() throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2});
    ascii(out, "c__torch__\nProgram\n");
    out.write(new byte[] {'q', 0, ')', (byte) 0x81, '}', '('});
    out.write(new byte[] {'X', 8, 0, 0, 0});
    ascii(out, "training");
    out.write(new byte[] {'q', 1, (byte) 0x88, 'u', 'b', '.'});
    return out.toByteArray();
  }

  private static void ascii(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
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
