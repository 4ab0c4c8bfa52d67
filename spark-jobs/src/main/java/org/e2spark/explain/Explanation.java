package org.e2spark.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.group.GroupElement;
import org.e2spark.interchange.UnfinishedFolder;
import org.e2spark.nn.HasParts.Part;
import org.e2spark.nn.LayerWalk;
import org.e2spark.nn.check.FeatureChain;
import org.e2spark.nn.check.FeatureChain.LayerDeviation;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.picture.AnimatedGif;
import org.e2spark.picture.Sheet;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.text.Text;
import org.e2spark.torch.EngineStart;
import org.e2spark.train.RequirementException;

/** Pictures of what a trained network makes of an image that turns, and a page that shows them. */
public final class Explanation {

  static final String FIELDS = "fields.gif";

  private static final String PAGE = "index.html";
  private static final Duration FRAME = Duration.ofMillis(80);

  private final SavedModel model;
  private final String name;

  /**
   * Kernels of one layer as a picture.
   *
   * @param layer its name and kind
   * @param file in the folder
   */
  record Gallery(String layer, String file) {}

  /**
   * What was found.
   *
   * @param stability of the classes over all angles
   * @param layers how equivariant each layer is; none of a conventional network
   */
  public record Findings(Stability stability, List<LayerDeviation> layers) {

    /** Copies the list. */
    public Findings {
      layers = List.copyOf(layers);
    }
  }

  /**
   * @param name of the model, as the page shall call it
   * @throws RequirementException if its images are not square
   */
  public Explanation(SavedModel model, String name) {
    this.model = model;
    this.name = name;
    ModelCard card = model.card();
    if (card.height() != card.width()) {
      throw new RequirementException(
          Text.format("Images are turned, and must be square: %s takes %s", name, card.shape()));
    }
  }

  /**
   * Looks, and writes what is seen.
   *
   * @param pixels unsigned bytes, (channels, height, width)
   * @param folder that is not there yet
   * @throws IOException if it cannot be written; then nothing is left
   */
  public Findings write(byte[] pixels, Path folder) throws IOException {
    ModelCard card = model.card();
    try (NDManager manager = EngineStart.ensure().newBaseManager()) {
      Block network = model.load(manager);
      FeatureChain chain = FeatureChain.of(network);
      var image = new TurningImage(pixels, card);
      boolean mirrored =
          !chain.layers().isEmpty()
              && chain.layers().get(0).module().inType().gspace().hasReflections();
      Findings findings =
          new Findings(
              Stability.of(
                  network,
                  image,
                  mirrored ? Stability.Mirrorings.WITH : Stability.Mirrorings.WITHOUT,
                  manager),
              deviations(chain, image, manager));
      UnfinishedFolder.write(
          folder,
          unfinished -> {
            var fields = new TurningFields(image, chain, manager);
            AnimatedGif.write(fields.frames(), FRAME, unfinished.resolve(FIELDS));
            List<Gallery> galleries = galleries(network, manager, unfinished);
            var page = new ExplanationPage(name, card, findings, fields.layers(), galleries);
            Files.writeString(unfinished.resolve(PAGE), page.page(), StandardCharsets.UTF_8);
          });
      return findings;
    }
  }

  private static List<LayerDeviation> deviations(
      FeatureChain chain, TurningImage image, NDManager manager) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray x = image.input(scratch, GroupElement.rotation(0));
      return chain.deviations(x);
    }
  }

  private List<Gallery> galleries(Block network, NDManager manager, Path folder)
      throws IOException {
    ModelCard card = model.card();
    Shape input = new Shape(1, card.channels(), card.height(), card.width());
    List<Gallery> galleries = new ArrayList<>();
    for (Part part : LayerWalk.of(network, input)) {
      if (part.module() instanceof SteerableConvolution convolution
          && KernelGallery.isDrawn(convolution)) {
        BufferedImage picture = KernelGallery.draw(convolution, manager);
        String file = Text.format("kernels-%02d.png", galleries.size() + 1);
        Sheet.write(picture, folder.resolve(file));
        galleries.add(new Gallery(part.label(), file));
      }
    }
    return galleries;
  }
}
