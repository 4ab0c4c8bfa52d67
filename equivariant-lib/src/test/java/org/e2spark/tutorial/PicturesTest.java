package org.e2spark.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {

  @Test
  void thePicturesAreWritten(@TempDir Path folder) throws IOException {
    Pictures.write(folder);
    for (String name : new String[] {"features", "stabilised", "kernels"}) {
      BufferedImage picture = ImageIO.read(folder.resolve(name + ".png").toFile());
      assertThat(picture.getWidth()).as(name).isGreaterThan(200);
      assertThat(picture.getRaster().getSampleModel().getNumBands()).as(name).isEqualTo(3);
    }
  }
}
