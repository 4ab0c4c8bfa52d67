package org.e2spark.nn.convolution.factorised;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Padding;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.convolution.ConvolutionGeometry;
import org.e2spark.nn.convolution.FilterGeometry;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.nn.convolution.SteerableEvaluation;
import org.e2spark.nn.convolution.factorised.Choice.Kind;
import org.e2spark.nn.convolution.factorised.FactorisedForm.Gradients;
import org.e2spark.nn.convolution.factorised.Use.Purpose;
import org.e2spark.torch.Autocast;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Ops;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates a steerable convolution by the factors of its kernel, without the filter: chooses forms
 * for the images it is given, and runs them; convolves densely where none is chosen.
 *
 * <p>Only images and weights are kept for the way back; all else is computed again. Training under
 * another gradient collector than {@link Autograd}, such as DJL's, is dense.
 */
public final class FactorisedEvaluation implements SteerableEvaluation {

  private static final Logger log = LoggerFactory.getLogger(FactorisedEvaluation.class);

  /** How a form is chosen. */
  public enum Policy {
    /** By operation counts. */
    COUNT,
    /** By the clock. */
    CLOCK
  }

  /** Images for which a form is chosen where nobody has seen any. */
  private static final int BATCH = 16;

  private final SteerableConvolution layer;
  private final ConvolutionGeometry geometry;
  private final Policy policy;
  private final LayerForms forms;
  private final Map<Use, Choice> given = new ConcurrentHashMap<>();
  private final Map<Use, Choice> choices = new ConcurrentHashMap<>();

  /**
   * Plans nothing yet.
   *
   * @throws IllegalArgumentException if the layer does more than move a filter over images
   */
  public FactorisedEvaluation(SteerableConvolution layer, Policy policy) {
    this.layer = layer;
    this.policy = policy;
    this.geometry =
        layer
            .geometry()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        layer.getClass().getSimpleName()
                            + " has no factorised evaluation: it does more than move a filter over"
                            + " images (must be dense)"));
    this.forms = new LayerForms(layer, geometry);
  }

  /** What was chosen so far, or set. */
  public Map<Use, Choice> choices() {
    Map<Use, Choice> all = new HashMap<>(given);
    all.putAll(choices);
    return all;
  }

  /**
   * Sets what is used, in place of choosing: for so many images, and for any other number of them
   * for which it is the next one.
   */
  public void choose(Use use, Choice choice) {
    given.put(use, choice);
    choices.clear();
  }

  @Override
  public NDArray apply(NDArray x, NDArray weights, NDArray shift, Mode mode) {
    if (isForeign(x, mode) || Autocast.isOn()) {
      return layer.dense().apply(x, weights, shift, mode);
    }
    Use use = use(x, mode);
    if (Choice.DENSE.equals(choices.get(use))) {
      return layer.dense().apply(x, weights, shift, mode);
    }
    NDArray padded = padded(x);
    try {
      Choice choice = choice(padded, weights, use);
      return choice.equals(Choice.DENSE)
          ? layer.dense().apply(x, weights, shift, mode)
          : apply(padded, weights, shift, choice);
    } finally {
      if (padded != x) {
        padded.close();
      }
    }
  }

  /**
   * Whether somebody else's gradient collector may be open, which knows nothing of gradients that
   * code of ours computes.
   */
  private static boolean isForeign(NDArray x, Mode mode) {
    return Autograd.isRecording()
        && Autograd.current().isEmpty()
        && (mode.isTraining() || Autograd.isDifferentiable(x));
  }

  private NDArray padded(NDArray x) {
    return isContinued()
        ? Ops.pad(
            x,
            geometry.padding().height(),
            geometry.padding().width(),
            ((FilterGeometry) geometry).border())
        : x;
  }

  /** Whether images are continued by something else than zeros, before all else. */
  private boolean isContinued() {
    return geometry instanceof FilterGeometry forward && forward.border() != Ops.Border.ZEROS;
  }

  /** What the layer is used for: images are meant as forms see them, with what continues them. */
  private Use use(NDArray x, Mode mode) {
    Shape images = x.getShape();
    if (isContinued()) {
      images =
          new Shape(
              images.get(0),
              images.get(1),
              images.get(2) + 2L * geometry.padding().height(),
              images.get(3) + 2L * geometry.padding().width());
    }
    return Use.of(mode.isTraining() ? Purpose.TRAINING : Purpose.EVALUATION, images, x.getDevice());
  }

  /**
   * What is chosen.
   *
   * @param x as forms see it
   */
  private Choice choice(NDArray x, NDArray weights, Use use) {
    Choice known = choices.get(use);
    if (known == null) {
      known = chosen(x, weights, use);
      choices.put(use, known);
    }
    return known;
  }

  private synchronized Choice chosen(NDArray x, NDArray weights, Use use) {
    boolean wide = x.getDataType() == DataType.FLOAT32 || x.getDataType() == DataType.FLOAT64;
    if (!wide || (policy == Policy.CLOCK && x.getDevice().isGpu())) {
      log.info("{} is evaluated densely for {} in {}", name(), use, x.getDataType());
      return Choice.DENSE;
    }
    KernelWindow window = window(x);
    if (forms.isFull(window)) {
      log.info("{} has seen many sizes of images: {} is evaluated densely", name(), use);
      return Choice.DENSE;
    }
    Candidates candidates = forms.candidates(window);
    Optional<Choice> next = given(use);
    if (next.isPresent()) {
      return applicable(next.get(), candidates, Product.available(x), use);
    }
    if (policy == Policy.COUNT) {
      Choice choice = Planner.byCount(candidates, Product.available(x), use);
      if (choice.kind() == Kind.DENSE) {
        log.info("{} is evaluated densely for {}: no form applies", name(), use);
      }
      return choice;
    }
    var key =
        new Planner.Key(
            layer.inType(),
            layer.outType(),
            candidates.plan().entries().size(),
            window,
            use,
            x.getDataType());
    return Planner.byClock(
        key,
        candidates,
        Product.available(x),
        name(),
        choice -> LayerTrial.of(forms, choice, window, x, weights, use));
  }

  /** What is set for the next number of images. */
  private Optional<Choice> given(Use use) {
    return given.keySet().stream()
        .filter(other -> other.withBatch(use.batch()).equals(use))
        .min(
            Comparator.comparingInt((Use other) -> Math.abs(other.batch() - use.batch()))
                .thenComparingInt(Use::batch))
        .map(given::get);
  }

  private Choice applicable(Choice choice, Candidates candidates, List<Product> products, Use use) {
    if (choice.kind() == Kind.DENSE) {
      return choice;
    }
    if (!candidates.kinds().contains(choice.kind())) {
      throw new IllegalArgumentException(
          name()
              + " was to be evaluated as "
              + choice
              + " for "
              + use
              + ", which does not apply (what applies: "
              + candidates.kinds()
              + "): the choice is another layer's");
    }
    if (products.contains(choice.product())) {
      return choice;
    }
    Choice here = new Choice(choice.kind(), products.get(0), choice.chunk());
    log.info("{} is evaluated as {}: this engine does not know {}", name(), here, choice);
    return here;
  }

  private String name() {
    return layer.getClass().getSimpleName() + " from " + layer.inType() + " to " + layer.outType();
  }

  private KernelWindow window(NDArray x) {
    return KernelWindow.of(
        geometry,
        isContinued() ? Size2d.of(0) : geometry.padding(),
        new Size2d((int) x.getShape().get(2), (int) x.getShape().get(3)));
  }

  private NDArray apply(NDArray x, NDArray weights, NDArray shift, Choice choice) {
    NDArray derived = forms.derived(choice, weights);
    FormRunner runner = forms.runner(choice, window(x), x, weights.getManager());
    NDArray y = runner.forward(x, derived);
    if (shift != null) {
      try (Autograd scope = Autograd.pause();
          NDArray column = shift.reshape(new Shape(1, shift.size(), 1, 1))) {
        y.addi(column);
      }
    }
    Optional<Autograd> scope = Autograd.current().filter(s -> Autograd.isRecording());
    if (scope.isEmpty()) {
      return y;
    }
    boolean moved = Autograd.isDifferentiable(x);
    boolean shifted = shift != null && Autograd.isDifferentiable(shift);
    if (!(moved || weights.hasGradient() || shifted)) {
      return y;
    }
    NDArray leaf =
        weights.hasGradient()
            ? scope.get().standIn(weights, derived, g -> forms.pullBack(choice, weights, g))
            : derived;
    List<NDArray> arguments = new ArrayList<>(List.of(x, leaf));
    if (shifted) {
      arguments.add(shift);
    }
    Gradients wanted = moved ? Gradients.WEIGHTS_AND_IMAGES : Gradients.WEIGHTS;
    NDManager manager = x.getManager();
    return scope
        .get()
        .function(
            manager,
            arguments,
            y,
            (inputs, gradient) -> {
              List<NDArray> gradients =
                  new ArrayList<>(runner.backward(inputs.get(0), derived, gradient, wanted));
              if (shifted) {
                gradients.add(gradient.sum(new int[] {0, 2, 3}));
              }
              return gradients;
            });
  }

  /**
   * As it is evaluated for images of the size the layer was initialised with; if nothing has been
   * chosen for them yet, for 16 of them. Products are those of the linear algebra library, which
   * every build of the engine has.
   */
  @Override
  public Optional<PlainLayer> plainForm(PlainArrays arrays, NDArray shift) {
    NDArray weights = layer.getDirectParameters().get("weights").getArray();
    Shape images = layer.getInputShapes()[0];
    try (NDManager scratch = weights.getManager().newSubManager();
        NDArray x =
            scratch.zeros(
                new Shape(BATCH, images.get(1), images.get(2), images.get(3)),
                weights.getDataType());
        NDArray padded = padded(x)) {
      Choice here = choice(padded, weights, use(x, Mode.EVALUATION));
      if (here.equals(Choice.DENSE)) {
        return Optional.empty();
      }
      Choice choice = new Choice(here.kind(), Product.BLAS, here.chunk());
      List<PlainLayer> layers = new ArrayList<>();
      if (isContinued()) {
        layers.add(
            new Padding(
                geometry.padding().height(),
                geometry.padding().width(),
                ((FilterGeometry) geometry).border()));
      }
      layers.add(
          forms
              .runner(choice, window(padded), padded, weights.getManager())
              .plainForm(arrays, forms.derived(choice, weights), window(padded).image()));
      if (shift != null) {
        layers.add(new Affine(null, shift.reshape(shift.size(), 1, 1)));
      }
      return Optional.of(new Sequence(layers));
    }
  }

  @Override
  public void close() {
    forms.close();
  }
}
