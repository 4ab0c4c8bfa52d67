package org.e2spark.data.source;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.e2spark.data.source.StoredSamples.Palette;
import org.e2spark.data.text.Text;

/**
 * A PNG file (third edition): every chunk's checksum is verified, and only the chunks that samples
 * are made of reach the decoder, so that gamma, profiles and transparent colours change nothing.
 */
final class PngImage extends EncodedImage {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** Length, type and checksum. */
  private static final int FRAME_BYTES = 12;

  private static final int HEADER_BYTES = 13;
  private static final int MAX_PROFILE = 1 << 20;

  private static final int COLOUR = 2;
  private static final int PALETTE = 3;
  private static final int ALPHA = 4;

  /** A chunk whose checksum is right. */
  private record Chunk(String type, int data, int length) {
    int start() {
      return data - 8;
    }

    int end() {
      return data + length + 4;
    }
  }

  private final List<InputStream> kept = new ArrayList<>();
  private Chunk header;
  private Chunk firstData;
  private Palette palette;
  private Orientation orientation = Orientation.UPRIGHT;

  PngImage(byte[] encoded, String name) {
    super("png", encoded, name);
    if (!Arrays.equals(SIGNATURE, Arrays.copyOf(encoded, SIGNATURE.length))) {
      throw damaged(Math.min(encoded.length, 4), "another signature");
    }
    kept.add(new ByteArrayInputStream(SIGNATURE));
    Chunk chunk;
    int at = SIGNATURE.length;
    do {
      chunk = chunk(at);
      take(chunk);
      at = chunk.end();
    } while (!chunk.type().equals("IEND"));
    if (firstData == null) {
      throw damaged(at, "no image data");
    }
  }

  private Chunk chunk(int at) {
    byte[] bytes = encoded();
    if (bytes.length - at < FRAME_BYTES) {
      throw damaged(bytes.length, "the end of the file before a chunk IEND");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int length = buffer.getInt(at);
    String type = new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1);
    String shown =
        type.matches("[A-Za-z]{4}") ? type : Text.format("0x%08x", buffer.getInt(at + 4));
    if (length < 0 || length > bytes.length - at - FRAME_BYTES) {
      throw damaged(bytes.length, "the end of the file within a chunk " + shown);
    }
    CRC32 crc = new CRC32();
    crc.update(bytes, at + 4, length + 4);
    int stored = buffer.getInt(at + 8 + length);
    if ((int) crc.getValue() != stored) {
      throw damaged(at, "a chunk " + shown + " of another checksum than it says");
    }
    return new Chunk(type, at + 8, length);
  }

  private void take(Chunk chunk) {
    if ((header == null) != chunk.type().equals("IHDR")) {
      throw damaged(chunk.start(), "a chunk " + chunk.type() + " where IHDR or no IHDR belongs");
    }
    switch (chunk.type()) {
      case "IHDR" -> {
        if (chunk.length() != HEADER_BYTES) {
          throw damaged(chunk.start(), "a header of " + chunk.length() + " bytes");
        }
        header = chunk;
        keep(chunk);
      }
      case "PLTE" -> {
        palette = palette(chunk);
        keep(chunk);
      }
      case "IDAT" -> {
        firstData = firstData == null ? chunk : firstData;
        keep(chunk);
      }
      case "IEND" -> keep(chunk);
      case "iCCP" -> note(ImageNote.profile(profileName(chunk)));
      case "eXIf" ->
          orientation = TiffDirectory.of(encoded(), chunk.data(), chunk.length()).orientation();
      case "tRNS" -> note(ImageNote.ALPHA);
      case "acTL" -> note(ImageNote.FURTHER_IMAGES);
      default -> {
        if (Character.isUpperCase(chunk.type().charAt(0))) {
          throw damaged(chunk.start(), "a chunk " + chunk.type() + " that no decoder may skip");
        }
      }
    }
  }

  private void keep(Chunk chunk) {
    kept.add(new ByteArrayInputStream(encoded(), chunk.start(), chunk.end() - chunk.start()));
  }

  private Palette palette(Chunk chunk) {
    int colours = chunk.length() / 3;
    if (colours == 0 || colours > 256 || chunk.length() % 3 != 0) {
      throw damaged(chunk.start(), "a palette of " + chunk.length() + " bytes");
    }
    byte[][] channels = new byte[3][colours];
    for (int i = 0; i < chunk.length(); i++) {
      channels[i % 3][i / 3] = encoded()[chunk.data() + i];
    }
    return new Palette(channels);
  }

  /** The name in the profile; that in the chunk is what the writer calls it, often nothing. */
  private String profileName(Chunk chunk) {
    int start = chunk.data();
    int end = chunk.data() + chunk.length();
    while (start < end && encoded()[start] != 0) {
      start++;
    }
    start += 2;
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(encoded(), Math.min(start, end), Math.max(0, end - start));
      // Profiles hardly shrink; more than this is none.
      byte[] profile = new byte[(int) Math.min(MAX_PROFILE, 1024 + 16L * chunk.length())];
      int length = inflater.inflate(profile);
      return IccProfile.name(Arrays.copyOf(profile, length));
    } catch (DataFormatException e) {
      return IccProfile.name(new byte[0]);
    } finally {
      inflater.end();
    }
  }

  private int header(int at) {
    return encoded()[header.data() + at] & 0xff;
  }

  @Override
  int height() {
    return side(4);
  }

  @Override
  int width() {
    return side(0);
  }

  private int side(int at) {
    int side = ByteBuffer.wrap(encoded()).getInt(header.data() + at);
    if (side < 1) {
      throw damaged(header.data() + at, "a side of " + (side & 0xffffffffL) + " pixels");
    }
    return side;
  }

  @Override
  Orientation orientation() {
    return orientation;
  }

  @Override
  StoredSamples samples() throws IOException {
    int colours = header(9);
    if (colours == PALETTE && palette == null) {
      throw damaged(firstData.start(), "a palette image without a palette");
    }
    if (header(8) > Byte.SIZE) {
      note(ImageNote.UPPER_BYTES);
    }
    if ((colours & ALPHA) != 0) {
      note(ImageNote.ALPHA);
    }
    try (BoundedReader reader =
        BoundedReader.ofRuntime(
            "png", new SequenceInputStream(Collections.enumeration(kept)), name())) {
      Raster raster = reader.image().getRaster();
      return colours == PALETTE
          ? StoredSamples.of(raster, palette)
          : StoredSamples.of(raster, (colours & COLOUR) != 0 ? 3 : 1);
    }
  }

  @Override
  long position() {
    return firstData.start();
  }

  @Override
  public void close() {}
}
