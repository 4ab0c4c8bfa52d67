package org.e2spark.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.img;
import static j2html.TagCreator.p;

import j2html.tags.DomContent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.e2spark.infer.Mistake;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.text.Text;

/**
 * Samples that a model classified wrong, with what it took them for.
 *
 * @param mistakes the surest first
 * @param model whose they are
 */
record MistakeSheet(List<Mistake> mistakes, ModelCard model) {

  DomContent draw() {
    if (mistakes.isEmpty()) {
      return p("None.");
    }
    return div(each(mistakes, this::picture)).withClass("mistakes");
  }

  private DomContent picture(Mistake mistake) {
    String caption =
        Text.format(
            "%s taken for %s, %s",
            model.classNames().get(mistake.label()),
            model.classNames().get(mistake.predicted()),
            RunReport.percent(mistake.confidence()));
    return figure(
        img()
            .withSrc("data:image/png;base64," + Base64.getEncoder().encodeToString(png(mistake)))
            .withAlt(caption)
            .withTitle("sample " + mistake.id()),
        figcaption(caption));
  }

  /** One channel is drawn as grey; of more than three the first three are. */
  private byte[] png(Mistake mistake) {
    int plane = model.height() * model.width();
    int green = model.channels() < 3 ? 0 : plane;
    var image = new BufferedImage(model.width(), model.height(), BufferedImage.TYPE_INT_RGB);
    byte[] pixels = mistake.pixels();
    for (int i = 0; i < plane; i++) {
      int rgb =
          (pixels[i] & 0xff) << 16 | (pixels[green + i] & 0xff) << 8 | pixels[2 * green + i] & 0xff;
      image.setRGB(i % model.width(), i / model.width(), rgb);
    }
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
