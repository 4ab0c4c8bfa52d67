package org.e2spark.torch;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Where one pass of a network is cut into segments. A backward pass differentiates them from the
 * last to the first, and says before each of the others that all gradients of those after it are
 * complete.
 *
 * <pre>{@code
 * try (var scope = Autograd.record(new Cuts(List.of(second, third), cut -> send(cut + 1)))) {
 *   scope.backward(loss(network.forward(x)));
 * }
 * }</pre>
 */
public final class Cuts {

  private final Map<Object, Integer> places = new IdentityHashMap<>();
  private final IntConsumer reached;

  /**
   * Cuts.
   *
   * @param parts of the network with which a segment begins, in the order of the forward pass, each
   *     inside containers that call {@link Autograd#entering}
   * @param reached hears a cut's number, from the last to 0, outside the recording, when whatever
   *     comes after it is differentiated; not of cuts before which nothing requires a gradient
   */
  public Cuts(Collection<?> parts, IntConsumer reached) {
    parts.forEach(part -> places.put(part, places.size()));
    this.reached = reached;
  }

  /** The number of the cut before a part; -1 for none. */
  int before(Object part) {
    return places.getOrDefault(part, -1);
  }

  void tell(int cut) {
    reached.accept(cut);
  }
}
