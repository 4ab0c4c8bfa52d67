package org.e2spark.nn.convolution.factorised;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.e2spark.interchange.FactorisedConvolution;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.convolution.factorised.FactorisedForm.Gradients;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.FunctionLease;

/** A form with its constants on a device and its programs compiled. It frees both when closed. */
final class FormRunner implements AutoCloseable {

  private static final String ORDERS = "insorted, inplaced, outsorted, outplaced";

  private final FunctionLease forward;
  private final FunctionLease[] backward = new FunctionLease[Gradients.values().length];
  private final FactorisedForm form;
  private final List<NDArray> constants = new ArrayList<>();

  /**
   * @param form that nothing else runs: its constants are taken
   * @param owner of the constants
   * @param like an array on their device, of their type
   */
  FormRunner(MixingPlan plan, FactorisedForm form, NDManager owner, NDArray like) {
    this.form = form;
    forward = FunctionLease.of("x, w, k, " + ORDERS, form.forward(), "y");
    constants.add(numbers(owner, form.tables(), like));
    for (FieldIrreps fields : List.of(plan.in(), plan.out())) {
      FiberProgram fiber = new FiberProgram(fields, "", 1);
      constants.add(indices(owner, fields.channels(), like));
      constants.add(indices(owner, fiber.places(), like));
    }
  }

  private static NDArray numbers(NDManager owner, Tables tables, NDArray like) {
    Shape shape = new Shape(tables.size());
    return moved(
        like.getDataType() == DataType.FLOAT64
            ? owner.create(tables.take(), shape)
            : owner.create(tables.takeFloats(), shape),
        like);
  }

  private static NDArray indices(NDManager owner, long[] values, NDArray like) {
    return moved(owner.create(values), like);
  }

  private static NDArray moved(NDArray array, NDArray like) {
    if (array.getDevice().equals(like.getDevice())) {
      return array;
    }
    NDArray there = array.toDevice(like.getDevice(), false);
    array.close();
    return there;
  }

  /**
   * The output for images.
   *
   * @param mixing (entries)
   * @return owned by the manager of {@code x}
   */
  NDArray forward(NDArray x, NDArray mixing) {
    try (Autograd scope = Autograd.pause()) {
      return run(forward, x.getManager(), x, mixing);
    }
  }

  /**
   * The gradients at images and mixing matrices.
   *
   * @return the gradient at the images, or null if it is not wanted, and that at the mixing
   *     matrices; owned by the manager of {@code gradient}
   */
  List<NDArray> backward(NDArray x, NDArray mixing, NDArray gradient, Gradients gradients) {
    NDManager manager = gradient.getManager();
    boolean images = gradients == Gradients.WEIGHTS_AND_IMAGES;
    try (Autograd scope = Autograd.pause()) {
      NDArray atMixing = manager.zeros(mixing.getShape(), mixing.getDataType());
      NDArray atImages = images ? manager.create(x.getShape(), x.getDataType()) : atMixing;
      run(program(gradients), manager, x, mixing, gradient, atImages, atMixing).close();
      List<NDArray> results = new ArrayList<>();
      results.add(images ? atImages : null);
      results.add(atMixing);
      return results;
    }
  }

  /**
   * The forward program as a plain layer.
   *
   * @param mixing (entries)
   */
  PlainLayer plainForm(PlainArrays arrays, NDArray mixing, Size2d image) {
    Map<String, NDArray> named = new LinkedHashMap<>();
    named.put("w", mixing);
    named.put("k", constants.get(0));
    String[] orders = ORDERS.split(", ", -1);
    for (int i = 0; i < orders.length; i++) {
      named.put(orders[i], constants.get(i + 1));
    }
    List<String> statements = form.forward();
    Map<String, NDArray> used = new LinkedHashMap<>();
    named.forEach(
        (name, array) -> {
          Pattern word = Pattern.compile("\\b" + name + "\\b");
          if (statements.stream().anyMatch(statement -> word.matcher(statement).find())) {
            boolean numbers = array.getDataType().isFloating();
            used.put(name, numbers ? arrays.copy(array) : arrays.copyIndices(array));
          }
        });
    return new FactorisedConvolution(statements, used, image.height(), image.width());
  }

  private synchronized FunctionLease program(Gradients gradients) {
    int i = gradients.ordinal();
    if (backward[i] == null) {
      backward[i] =
          FunctionLease.of("x, w, g, gx, gw, k, " + ORDERS, form.backward(gradients), "gw");
    }
    return backward[i];
  }

  private NDArray run(FunctionLease function, NDManager manager, NDArray... variables) {
    List<NDArray> arguments = new ArrayList<>(List.of(variables));
    arguments.addAll(constants);
    return function.apply(manager, arguments.toArray(NDArray[]::new));
  }

  /** Whether the owner has been closed. */
  boolean isReleased() {
    return constants.get(0).isReleased();
  }

  @Override
  public synchronized void close() {
    forward.close();
    for (int i = 0; i < backward.length; i++) {
      if (backward[i] != null) {
        backward[i].close();
        backward[i] = null;
      }
    }
    constants.forEach(NDArray::close);
  }
}
