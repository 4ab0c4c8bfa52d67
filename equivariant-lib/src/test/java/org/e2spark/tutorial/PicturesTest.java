package org.e2spark.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pictures of the READMEs are what the present code draws. */
class PicturesTest {

  /** A step of the shades that nobody sees; lines are smoothed a little otherwise by other JDKs. */
  private static final int SHADE = 24;

  private static final double SMOOTHED = 0.01;

  @Test
  void thePicturesShownAreWhatIsDrawn(@TempDir Path folder) throws IOException {
    Pictures.write(folder);
    for (String name : new String[] {"features.png", "kernels.png"}) {
      BufferedImage drawn = ImageIO.read(folder.resolve(name).toFile());
      BufferedImage shown =
          ImageIO.read(
              Objects.requireNonNull(PicturesTest.class.getResource("/tutorial/" + name), name));
      assertThat(drawn.getWidth()).as(name).isEqualTo(shown.getWidth());
      assertThat(drawn.getHeight()).as(name).isEqualTo(shown.getHeight());
      assertThat(differing(drawn, shown)).as(name).isLessThan(SMOOTHED);
    }
  }

  /** The fraction of pixels of another shade. */
  private static double differing(BufferedImage a, BufferedImage b) {
    long count = 0;
    for (int row = 0; row < a.getHeight(); row++) {
      for (int column = 0; column < a.getWidth(); column++) {
        Color x = new Color(a.getRGB(column, row));
        Color y = new Color(b.getRGB(column, row));
        int green = Math.abs(x.getGreen() - y.getGreen());
        int others = Math.abs(x.getRed() - y.getRed()) + Math.abs(x.getBlue() - y.getBlue());
        if (green > SHADE || others > SHADE) {
          count++;
        }
      }
    }
    return (double) count / a.getWidth() / a.getHeight();
  }
}
