package org.e2spark.nn.convolution.factorised;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.convolution.factorised.FactorisedForm.Gradients;
import org.e2spark.nn.convolution.factorised.Use.Purpose;
import org.e2spark.text.Text;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.TorchFunction;

/**
 * One pass through a layer, to be timed: for training with what follows a change of the weights,
 * forward and backward; for evaluation forward.
 */
final class LayerTrial implements Planner.Trial {

  private final Runnable pass;
  private final Runnable end;

  private LayerTrial(Runnable pass, Runnable end) {
    this.pass = pass;
    this.end = end;
  }

  static LayerTrial of(
      LayerForms layer, Choice choice, KernelWindow window, NDArray x, NDArray weights, Use use) {
    NDManager manager = x.getManager().newSubManager();
    try (Autograd scope = Autograd.pause()) {
      boolean training = use.purpose() == Purpose.TRAINING;
      Size2d size = window.output();
      Shape outputs =
          new Shape(
              x.getShape().get(0), layer.layer().outType().size(), size.height(), size.width());
      NDArray gradient = training ? manager.randomNormal(outputs) : null;
      if (gradient != null && gradient.getDataType() != x.getDataType()) {
        gradient = manager.zeros(outputs, x.getDataType());
      }
      if (choice.equals(Choice.DENSE)) {
        NDArray filter = manager.zeros(layer.filterShape(), weights.getDataType());
        layer.layer().expansion().expandInto(weights, filter);
        return new LayerTrial(dense(layer, filter, window, x, weights, gradient), manager::close);
      }
      FormRunner runner = layer.newRunner(choice, window, x, manager);
      NDArray derived =
          manager.zeros(layer.derived(choice, weights).getShape(), weights.getDataType());
      layer.write(choice, weights, derived);
      return new LayerTrial(
          form(layer, choice, runner, derived, x, weights, gradient),
          () -> {
            runner.close();
            manager.close();
          });
    }
  }

  private static Runnable form(
      LayerForms layer,
      Choice choice,
      FormRunner runner,
      NDArray derived,
      NDArray x,
      NDArray weights,
      NDArray gradient) {
    Gradients wanted =
        Autograd.isDifferentiable(x) ? Gradients.WEIGHTS_AND_IMAGES : Gradients.WEIGHTS;
    return () -> {
      if (gradient != null) {
        layer.write(choice, weights, derived);
      }
      runner.forward(x, derived).close();
      if (gradient != null) {
        List<NDArray> gradients = runner.backward(x, derived, gradient, wanted);
        layer.pullBack(choice, weights, gradients.get(1)).close();
        gradients.get(1).close();
        if (gradients.get(0) != null) {
          gradients.get(0).close();
        }
      }
    };
  }

  private static Runnable dense(
      LayerForms layer,
      NDArray filter,
      KernelWindow window,
      NDArray x,
      NDArray weights,
      NDArray gradient) {
    String filters = window.isTransposed() ? "torch.transpose(w, 0, 1)" : "w";
    TorchFunction forward =
        TorchFunction.of("x, w", window.convolution("x", filters, layer.groups()));
    TorchFunction backward =
        TorchFunction.of(
            "x, w, g",
            List.of(
                Text.format(
                    "a, b, c = torch.convolution_backward(g, x, %s, None, %s, %s, %s, %d, [%s,"
                        + " True, False])",
                    filters,
                    window.places(),
                    window.isTransposed() ? "True" : "False",
                    window.isTransposed() ? KernelWindow.pair(window.unread()) : "[0, 0]",
                    layer.groups(),
                    Autograd.isDifferentiable(x) ? "True" : "False")),
            window.isTransposed() ? "torch.contiguous(torch.transpose(b, 0, 1))" : "b");
    return () -> {
      if (gradient != null) {
        layer.layer().expansion().expandInto(weights, filter);
      }
      NDManager manager = filter.getManager();
      forward.apply(manager, x, filter).close();
      if (gradient != null) {
        NDArray atFilter = backward.apply(manager, x, filter, gradient);
        layer.layer().expansion().pullBack(weights, atFilter).close();
        atFilter.close();
      }
    };
  }

  @Override
  public void run() {
    try (Autograd scope = Autograd.pause()) {
      pass.run();
    }
  }

  @Override
  public void close() {
    end.run();
  }
}
