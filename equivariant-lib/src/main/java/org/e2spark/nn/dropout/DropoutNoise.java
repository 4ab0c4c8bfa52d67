package org.e2spark.nn.dropout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.e2spark.nn.Stochastic;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/** Draws which entries are kept, and scales those so that the mean stays what it was. */
final class DropoutNoise implements Stochastic {

  private final double rate;
  private SplittableRandom random = new SplittableRandom();

  /**
   * @param rate the share of entries that is dropped, in [0, 1]
   */
  DropoutNoise(double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          "Invalid dropout rate: " + rate + " (must be a probability, 0 to 1)");
    }
    this.rate = rate;
  }

  @Override
  public synchronized void reseed(long seed) {
    random = new SplittableRandom(seed);
  }

  private synchronized long next() {
    return random.nextLong();
  }

  /**
   * {@code x} times a mask drawn anew.
   *
   * @param mask the shape of the mask: that of {@code x}, or 1 where entries share their fate
   */
  NDArray apply(NDArray x, Shape mask) {
    if (rate == 0) {
      return x;
    }
    String text =
        Text.format(
            "torch.mul(x, torch.mul_(torch.bernoulli_(torch.new_empty(x, %s), %s,"
                + " generator=torch.Generator(device=x.device, seed=int(seed))), %s))",
            Arrays.toString(mask.getShape()), 1 - rate, rate == 1 ? 1 : 1 / (1 - rate));
    try (NDArray seed = x.getManager().create(new long[] {next()}, new Shape())) {
      return TorchFunction.of("x, seed", text).apply(x.getManager(), x, seed);
    }
  }
}
