package org.e2spark.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.e2spark.model.ModelSpec;
import org.e2spark.optim.Penalties;
import org.e2spark.spec.LayerSpec;

/**
 * Penalties by kind of layer: on the weights of convolutions, and of the linear maps before the
 * last; on nothing else, so on no shift, no batch norm and not on the map to the classes.
 *
 * @param convolution of convolutions
 * @param linear of linear maps
 */
public record LayerPenalties(Strength convolution, Strength linear) {

  /**
   * How strong.
   *
   * @param l1 of the absolute penalty
   * @param l2 of the squared one
   */
  public record Strength(double l1, double l2) {}

  private static final List<String> CONVOLUTIONS = List.of("R2Conv", "Conv2d");
  private static final String LINEAR = "Linear";

  /** The same by the names that a network's parameters have. */
  public Penalties of(ModelSpec network) {
    List<Penalties.Rule> rules = new ArrayList<>();
    add(rules, "features", network.layers(), CONVOLUTIONS, convolution);
    add(rules, "head", network.head(), List.of(LINEAR), linear);
    return new Penalties(rules);
  }

  private static void add(
      List<Penalties.Rule> rules,
      String part,
      List<LayerSpec> layers,
      List<String> kinds,
      Strength strength) {
    String names =
        IntStream.range(0, layers.size())
            .filter(i -> kinds.contains(layers.get(i).kind()))
            .mapToObj(i -> layers.get(i).name() == null ? "" + i : layers.get(i).name())
            .collect(Collectors.joining("|"));
    if (!names.isEmpty()) {
      rules.add(
          new Penalties.Rule(
              "^" + part + "\\.(" + names + ")\\.weights?$", strength.l1, strength.l2));
    }
  }
}
