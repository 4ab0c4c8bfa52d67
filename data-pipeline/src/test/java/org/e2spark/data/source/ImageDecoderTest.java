package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import org.e2spark.data.source.TestData.Golden;
import org.junit.jupiter.api.Test;

/** Files of every format against PIL's decoding of them. */
class ImageDecoderTest {

  private static final ImageShape COLOUR = new ImageShape(3, 32, 32);
  private static final ImageShape GREY = new ImageShape(1, 32, 32);

  /** JPEG does not define its arithmetic to the bit; libraries differ by this much. */
  private static final int JPEG_DIFFERENCE = 3;

  @Test
  void decodesEveryFormatAsPilDoes() throws IOException {
    for (Golden golden : TestData.golden(getClass(), "files/decoded")) {
      String name = golden.about().get("file").asText();
      if (name.startsWith("luma")) {
        continue;
      }
      byte[] encoded = bytes(name);
      ImageShape shape = name.startsWith("grey") ? GREY : COLOUR;
      assertThat(ImageDecoder.shapeOf(encoded, name)).as(name).isEqualTo(shape);
      byte[] decoded = new ImageDecoder(shape, ColorConversion.NONE).decode(encoded, name);
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
    assertThat(new ImageDecoder(GREY, ColorConversion.CONVERT).decode(colour, "colour"))
        .isEqualTo(luma.bytes());
    byte[] spread = new ImageDecoder(COLOUR, ColorConversion.CONVERT).decode(grey, "grey");
    assertThat(Arrays.copyOf(spread, 1024)).isEqualTo(Arrays.copyOfRange(spread, 2048, 3072));
    assertThatThrownBy(() -> new ImageDecoder(GREY, ColorConversion.NONE).decode(colour, "colour"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("a grey image");
    assertThatThrownBy(() -> new ImageDecoder(COLOUR, ColorConversion.NONE).decode(grey, "grey"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("a colour image");
  }

  @Test
  void refusesOtherSizesTruncatedFilesAndOtherFormats() throws IOException {
    byte[] colour = bytes("colour.png");
    assertThatThrownBy(
            () ->
                new ImageDecoder(new ImageShape(3, 32, 31), ColorConversion.NONE)
                    .decode(colour, "colour"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("32x31")
        .hasMessageContaining("32x32");
    ImageDecoder decoder = new ImageDecoder(COLOUR, ColorConversion.NONE);
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
      ImageDecoder decoder =
          new ImageDecoder(name.startsWith("grey") ? GREY : COLOUR, ColorConversion.NONE);
      byte[] expected = decoder.decode(whole, name);
      int refused = 0;
      for (int length = 0; length < whole.length; length++) {
        try {
          byte[] decoded = decoder.decode(Arrays.copyOf(whole, length), name);
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
    assertThatThrownBy(() -> ImageDecoder.shapeOf(cmyk, "cmyk.jpg"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("4 colours");
    assertThatThrownBy(
            () ->
                new ImageDecoder(new ImageShape(3, 8, 8), ColorConversion.NONE)
                    .decode(cmyk, "cmyk.jpg"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("CMYK");
  }

  @Test
  void refusesSamplesWithoutAnAgreedRange() throws IOException {
    BufferedImage fractions =
        ImageTypeSpecifier.createInterleaved(
                ColorSpace.getInstance(ColorSpace.CS_GRAY),
                new int[] {0},
                DataBuffer.TYPE_FLOAT,
                false,
                false)
            .createBufferedImage(32, 32);
    ByteArrayOutputStream tiff = new ByteArrayOutputStream();
    assertThat(ImageIO.write(fractions, "tiff", tiff)).isTrue();
    assertThatThrownBy(
            () ->
                new ImageDecoder(GREY, ColorConversion.NONE)
                    .decode(tiff.toByteArray(), "float.tiff"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("8 or 16 bits");
  }

  @Test
  void refusesManyChannelsBeforeTheyTakeMemory() throws IOException {
    byte[] tiff =
        Files.readAllBytes(TestData.path(getClass(), "SourceFuzzTestInputs/tiff/813-channels"));
    tiff[0] = 'I';
    tiff[1] = 'I';
    tiff[2] = '*';
    tiff[3] = 0;
    assertThatThrownBy(() -> ImageDecoder.shapeOf(tiff, "813.tiff"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("507856 pixels of 813 bytes");
  }

  @Test
  void refusesImagesWithinABitmap() throws IOException {
    byte[] bmp = bytes("colour.bmp");
    bmp[30] = 4;
    assertThatThrownBy(() -> ImageDecoder.shapeOf(bmp, "jpeg.bmp"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("an embedded JPEG image");
  }

  private byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(TestData.path(getClass(), "files/" + name));
  }
}
