package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Arrays;
import org.e2spark.data.source.TestData.Golden;
import org.junit.jupiter.api.Test;

/** Files of every format against PIL's decoding of them. */
class ImageDecoderTest {

  private static final ImageShape COLOUR = new ImageShape(3, 32, 32);
  private static final ImageShape GREY = new ImageShape(1, 32, 32);

  /** JPEG does not define its arithmetic to the bit; libraries differ by this much. */
  private static final int JPEG_DIFFERENCE = 3;

  private static ImageDecoder decoder(ImageShape shape, ColorConversion conversion) {
    return new ImageDecoder(shape, conversion, ExifOrientation.AS_STORED);
  }

  @Test
  void decodesEveryFormatAsPilDoes() throws IOException {
    for (Golden golden : TestData.golden(getClass(), "files/decoded")) {
      String name = golden.about().get("file").asText();
      if (name.startsWith("luma")) {
        continue;
      }
      byte[] encoded = bytes(name);
      ImageShape shape = name.startsWith("grey") ? GREY : COLOUR;
      assertThat(ImageDecoder.shapeOf(encoded, name, ExifOrientation.AS_STORED))
          .as(name)
          .isEqualTo(shape);
      byte[] decoded = decoder(shape, ColorConversion.NONE).decode(encoded, name).pixels();
      int largest = 0;
      for (int i = 0; i < decoded.length; i++) {
        largest = Math.max(largest, Math.abs((decoded[i] & 0xff) - (golden.bytes()[i] & 0xff)));
      }
      assertThat(largest).as(name).isLessThanOrEqualTo(name.endsWith("jpg") ? JPEG_DIFFERENCE : 0);
    }
  }

  @Test
  void convertsColoursOnlyIfAllowed() throws IOException {
    byte[] colour = bytes("colour.png");
    byte[] grey = bytes("grey.png");
    Golden luma =
        TestData.golden(getClass(), "files/decoded").stream()
            .filter(golden -> golden.about().get("file").asText().startsWith("luma"))
            .findFirst()
            .orElseThrow();
    assertThat(decoder(GREY, ColorConversion.CONVERT).decode(colour, "colour").pixels())
        .isEqualTo(luma.bytes());
    byte[] spread = decoder(COLOUR, ColorConversion.CONVERT).decode(grey, "grey").pixels();
    assertThat(Arrays.copyOf(spread, 1024)).isEqualTo(Arrays.copyOfRange(spread, 2048, 3072));
    assertThatThrownBy(() -> decoder(GREY, ColorConversion.NONE).decode(colour, "colour"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("a grey image");
    assertThatThrownBy(() -> decoder(COLOUR, ColorConversion.NONE).decode(grey, "grey"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("a colour image");
  }

  @Test
  void refusesOtherSizesTruncatedFilesAndOtherFormats() throws IOException {
    byte[] colour = bytes("colour.png");
    assertThatThrownBy(
            () -> decoder(new ImageShape(3, 32, 31), ColorConversion.NONE).decode(colour, "colour"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("32x31")
        .hasMessageContaining("32x32");
    ImageDecoder decoder = decoder(COLOUR, ColorConversion.NONE);
    for (String name : new String[] {"colour.png", "colour.bmp", "colour-lzw.tiff"}) {
      byte[] whole = bytes(name);
      assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(whole, whole.length / 2), name))
          .as(name)
          .isInstanceOf(BadImageDataException.class);
    }
    assertThatThrownBy(() -> decoder.decode(new byte[] {'G', 'I', 'F', '8'}, "gif"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("0x47494638");
  }

  /** Some formats end in bytes that hold no pixel: a cut of those may pass. */
  @Test
  void aCutFileFailsOrLacksNoPixel() throws IOException {
    for (Golden golden : TestData.golden(getClass(), "files/decoded")) {
      String name = golden.about().get("file").asText();
      if (name.startsWith("luma")) {
        continue;
      }
      byte[] whole = bytes(name);
      ImageDecoder decoder = decoder(name.startsWith("grey") ? GREY : COLOUR, ColorConversion.NONE);
      byte[] expected = decoder.decode(whole, name).pixels();
      int refused = 0;
      for (int length = 0; length < whole.length; length++) {
        try {
          byte[] decoded = decoder.decode(Arrays.copyOf(whole, length), name).pixels();
          assertThat(decoded)
              .as("%s cut to %d of %d", name, length, whole.length)
              .isEqualTo(expected);
        } catch (BadImageDataException e) {
          assertThat(e.offset())
              .as("%s cut to %d: %s", name, length, e.getMessage())
              .isBetween(0L, (long) length);
          refused++;
        }
      }
      assertThat(refused).as(name).isGreaterThan(whole.length / 2);
    }
  }

  @Test
  void refusesFourColours() throws IOException {
    byte[] cmyk =
        Files.readAllBytes(TestData.path(getClass(), "SourceFuzzTestInputs/jpeg/cmyk.jpg"));
    assertThatThrownBy(() -> ImageDecoder.shapeOf(cmyk, "cmyk.jpg", ExifOrientation.AS_STORED))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("4 colours");
    assertThatThrownBy(
            () -> decoder(new ImageShape(3, 8, 8), ColorConversion.NONE).decode(cmyk, "cmyk.jpg"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("CMYK");
  }

  @Test
  void refusesSamplesWithoutAnAgreedRange() {
    for (int[] kind : new int[][] {{8, 2}, {16, 2}, {32, 1}, {32, 3}, {12, 1}}) {
      byte[] tiff = tiff(32, 32, 1, kind[0], kind[1]);
      assertThatThrownBy(() -> decoder(GREY, ColorConversion.NONE).decode(tiff, "samples.tiff"))
          .isInstanceOf(BadImageDataException.class)
          .hasMessageContaining("8 or 16 bits");
    }
  }

  @Test
  void refusesManyChannelsBeforeTheyTakeMemory() {
    byte[] tiff = tiff(496, 1024, 813, 8, 1);
    assertThatThrownBy(() -> ImageDecoder.shapeOf(tiff, "813.tiff", ExifOrientation.AS_STORED))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("507904 pixels of 813 bytes");
  }

  private static byte[] tiff(int height, int width, int channels, int bits, int sampleFormat) {
    int[][] entries = {
      {256, width},
      {257, height},
      {258, bits},
      {262, 1},
      {273, 8},
      {277, channels},
      {279, 9},
      {339, sampleFormat}
    };
    ByteBuffer tiff = ByteBuffer.allocate(5000).order(ByteOrder.LITTLE_ENDIAN);
    tiff.putInt(0x002a4949).putInt(8).putShort((short) entries.length);
    for (int[] entry : entries) {
      tiff.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
    }
    return tiff.array();
  }

  @Test
  void refusesImagesWithinABitmap() throws IOException {
    byte[] bmp = bytes("colour.bmp");
    bmp[30] = 4;
    assertThatThrownBy(() -> ImageDecoder.shapeOf(bmp, "jpeg.bmp", ExifOrientation.AS_STORED))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("an embedded JPEG image");
  }

  private byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(TestData.path(getClass(), "files/" + name));
  }
}
