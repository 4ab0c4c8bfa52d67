package org.e2spark.data.source;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.util.regex.Pattern;
import org.e2spark.data.text.Text;

/**
 * A JPEG file (ITU-T T.81). Which colours its components are is decided as libjpeg decides it; only
 * what samples are made of reaches the decoder, which hands on the components as they are stored.
 */
final class JpegImage extends EncodedImage {

  /** What libjpeg, inside the JDK, only warns of: it fills what is lost with grey. */
  private static final Pattern DAMAGE =
      Pattern.compile("(?i)premature end|corrupt jpeg data|inconsistent progression|truncated");

  /**
   * Bytes before the end of the image, which hold no pixel. Within a scan they are a sign of
   * damage, and hide what follows: of its warnings libjpeg gives the first only.
   */
  private static final Pattern EXTRANEOUS =
      Pattern.compile("(?i)\\d+ extraneous bytes? before marker 0xd9");

  private static final int SOF_BASELINE = 0xc0;
  private static final int SOF_PROGRESSIVE = 0xc2;
  private static final int DHT = 0xc4;
  private static final int RST_FIRST = 0xd0;
  private static final int RST_LAST = 0xd7;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int DQT = 0xdb;
  private static final int DNL = 0xdc;
  private static final int DRI = 0xdd;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP2 = 0xe2;
  private static final int APP14 = 0xee;
  private static final int NO_ADOBE = -1;
  private static final int PROFILE_HEADER = 14;

  private final JpegFrame frame;
  private final BoundedReader reader;
  private final int scan;
  private final int before;
  private boolean jfif;
  private int adobe = NO_ADOBE;
  private Orientation orientation = Orientation.UPRIGHT;

  JpegImage(byte[] encoded, String name) {
    super("jpeg", encoded, name);
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    ByteArrayOutputStream profile = new ByteArrayOutputStream();
    kept.write(0xff);
    kept.write(SOI);
    JpegFrame found = null;
    int at = 2;
    while (true) {
      int marker = marker(at);
      if ((encoded[marker] & 0xff) == SOS) {
        scan = marker - 1;
        break;
      }
      int length = length(marker);
      int code = encoded[marker] & 0xff;
      if (isFrame(code)) {
        if (found != null) {
          throw damaged(marker, "a second frame");
        }
        found = frame(code, marker + 3, length - 2);
      }
      if (isFrame(code) || code == DHT || code == DQT || code == DRI) {
        kept.write(0xff);
        kept.write(encoded, marker, length + 1);
      } else {
        application(code, marker + 3, length - 2, profile);
      }
      at = marker + 1 + length;
    }
    if (found == null) {
      throw damaged(scan, "a scan before any frame");
    }
    if (profile.size() > 0) {
      note(ImageNote.profile(IccProfile.name(profile.toByteArray())));
    }
    frame = found;
    before = kept.size();
    reader =
        BoundedReader.ofRuntime(
            "jpeg",
            new SequenceInputStream(
                new ByteArrayInputStream(kept.toByteArray()),
                new ByteArrayInputStream(encoded, scan, encoded.length - scan)),
            name);
  }

  /** The place of the next marker's code, past bytes that belong to nothing. */
  private int marker(int from) {
    byte[] bytes = encoded();
    int at = from;
    while (at < bytes.length) {
      if (bytes[at] != (byte) 0xff) {
        note(ImageNote.EXTRANEOUS_BYTES);
        at++;
        continue;
      }
      while (at < bytes.length && bytes[at] == (byte) 0xff) {
        at++;
      }
      if (at < bytes.length && bytes[at] != 0) {
        return at;
      }
      note(ImageNote.EXTRANEOUS_BYTES);
    }
    throw damaged(bytes.length, "the end of the file before any scan");
  }

  private int length(int marker) {
    byte[] bytes = encoded();
    int code = bytes[marker] & 0xff;
    if (code == EOI || code == SOI || code == DNL || (code >= RST_FIRST && code <= RST_LAST)) {
      throw damaged(marker, Text.format("a marker 0x%02x before any scan", code));
    }
    int length =
        marker + 2 < bytes.length
            ? (bytes[marker + 1] & 0xff) << 8 | (bytes[marker + 2] & 0xff)
            : 0;
    if (length < 2 || length > bytes.length - marker - 1) {
      throw damaged(bytes.length, Text.format("the end of the file within marker 0x%02x", code));
    }
    return length;
  }

  /** SOF0 to SOF15 but for the three codes between them that mean other things. */
  private static boolean isFrame(int code) {
    return code >= SOF_BASELINE && code <= 0xcf && code != DHT && code != 0xc8 && code != 0xcc;
  }

  private JpegFrame frame(int code, int at, int length) {
    if (code > SOF_PROGRESSIVE) {
      throw refused(
          "a baseline, extended or progressive Huffman-coded JPEG image",
          Text.format("a lossless, hierarchical or arithmetic-coded one (marker 0x%02x)", code));
    }
    JpegFrame found = JpegFrame.of(encoded(), at, length);
    if (found == null) {
      throw damaged(at, "a frame that contradicts itself");
    }
    if (found.precision() != Byte.SIZE) {
      throw refused("a JPEG image of 8 bits a sample", found.precision() + " bits");
    }
    if (found.components() != 1 && found.components() != 3) {
      throw refused(
          "a grey or RGB JPEG image",
          found.components()
              + " colours"
              + (found.components() == 4 ? " (CMYK: convert it to RGB)" : ""));
    }
    return found;
  }

  private void application(int code, int at, int length, ByteArrayOutputStream profile) {
    if (code == APP0 && length >= 14 && starts(at, length, "JFIF\0")) {
      jfif = true;
    } else if (code == APP14 && length >= 12 && starts(at, length, "Adobe")) {
      adobe = encoded()[at + 11] & 0xff;
    } else if (code == APP1 && starts(at, length, "Exif\0\0")) {
      orientation = TiffDirectory.of(encoded(), at + 6, length - 6).orientation();
    } else if (code == APP2 && starts(at, length, "MPF\0")) {
      note(ImageNote.FURTHER_IMAGES);
    } else if (code == APP2 && length > PROFILE_HEADER && starts(at, length, "ICC_PROFILE\0")) {
      profile.write(encoded(), at + PROFILE_HEADER, length - PROFILE_HEADER);
    }
  }

  private boolean starts(int at, int length, String with) {
    for (int i = 0; i < with.length(); i++) {
      if (i >= length || encoded()[at + i] != with.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  int height() {
    return frame.height();
  }

  @Override
  int width() {
    return frame.width();
  }

  @Override
  Orientation orientation() {
    return orientation;
  }

  int components() {
    return frame.components();
  }

  @Override
  StoredSamples samples() throws IOException {
    StoredSamples samples = storedComponents();
    if (frame.components() == 3 && isLumaChroma()) {
      YCbCr.toRgb(samples);
    }
    return samples;
  }

  /** The components at full size, whatever colours they are. */
  StoredSamples storedComponents() throws IOException {
    checkEnd();
    Raster raster = reader.raster();
    for (String warning : reader.warnings()) {
      if (EXTRANEOUS.matcher(warning).find()) {
        note(ImageNote.EXTRANEOUS_BYTES);
      } else if (DAMAGE.matcher(warning).find()) {
        throw damaged(position(), warning);
      }
    }
    StoredSamples samples = StoredSamples.of(raster, frame.components());
    frame.smooth(samples);
    return samples;
  }

  /** The reader makes up an end where there is none, and then warns or not. */
  private void checkEnd() {
    byte[] bytes = encoded();
    for (int at = bytes.length - 2; at > scan; at--) {
      if (bytes[at] == (byte) 0xff && bytes[at + 1] == (byte) EOI) {
        return;
      }
    }
    throw damaged(bytes.length, "Truncated File: no end-of-image marker");
  }

  /** As libjpeg's default_decompress_parms: JFIF says so, else Adobe tells, else the ids do. */
  private boolean isLumaChroma() {
    if (jfif) {
      return true;
    }
    return adobe != NO_ADOBE ? adobe != 0 : !frame.hasIds('R', 'G', 'B');
  }

  @Override
  long position() {
    long given = reader.position();
    return given <= before ? scan : scan + given - before;
  }

  @Override
  public void close() {
    reader.close();
  }
}
