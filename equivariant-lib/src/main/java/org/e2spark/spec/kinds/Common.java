package org.e2spark.spec.kinds;

import java.util.List;
import org.e2spark.nn.Size2d;
import org.e2spark.spec.Arguments;
import org.e2spark.spec.Fields;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.LayerSpec;
import org.e2spark.spec.Option;
import org.e2spark.spec.OptionTypes;

/** Options of many kinds. */
final class Common {

  static final Option<Fields> FIELDS =
      Option.required("fields", OptionTypes.fields(), "The fields that the layer gives.");

  static final Option<Size2d> PADDING =
      Option.of(
          "padding", OptionTypes.size(0), Size2d.of(0), "Rows and columns added on each side.");

  static final Option<Size2d> WINDOW =
      Option.required("kernelSize", OptionTypes.size(1), "The window's height and width.");

  static final Option<Double> RATE =
      Option.required("rate", OptionTypes.number(), "The share that is dropped, in [0, 1).");

  static final Option<List<LayerSpec>> LAYERS =
      Option.required(
          "layers", OptionTypes.layers(LayerKind.Family.EQUIVARIANT), "One after another.");

  static final Option<List<LayerSpec>> ORDINARY_LAYERS =
      Option.required(
          "layers", OptionTypes.layers(LayerKind.Family.ORDINARY), "One after another.");

  private Common() {}

  /** The steps, with one of each side where none are given. */
  static Option<Size2d> stride() {
    return Option.of("stride", OptionTypes.size(1), Size2d.of(1), "Steps between outputs.");
  }

  /** Calls a setter with an option's value if it was given. */
  static <T> void set(Arguments options, Option<T> option, java.util.function.Consumer<T> setter) {
    if (options.has(option)) {
      setter.accept(options.get(option));
    }
  }
}
