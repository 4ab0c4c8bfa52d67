package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes fewer layers of more, computing the same but for rounding. */
final class Folding {

  private Folding() {}

  /** A layer with everything inside it folded. */
  static PlainLayer fold(PlainLayer layer) {
    List<PlainLayer> folded = new ArrayList<>();
    append(folded, layer);
    return folded.size() == 1 ? folded.get(0) : new Sequence(folded);
  }

  private static void append(List<PlainLayer> done, PlainLayer next) {
    if (next instanceof Sequence sequence) {
      sequence.layers().forEach(layer -> append(done, layer));
      return;
    }
    PlainLayer layer = next;
    if (next instanceof Branches branches) {
      layer =
          new Branches(
              branches.layers().stream().map(Folding::fold).toList(), branches.combination());
    }
    if (!done.isEmpty()) {
      Optional<PlainLayer> one = one(done.get(done.size() - 1), layer);
      if (one.isPresent()) {
        done.remove(done.size() - 1);
        append(done, one.get());
        return;
      }
    }
    done.add(layer);
  }

  /** One layer in place of two, if there is one. */
  private static Optional<PlainLayer> one(PlainLayer first, PlainLayer second) {
    if (second instanceof Affine affine && affine.isPerChannel()) {
      if (first instanceof Convolution convolution) {
        return Optional.of(scaled(convolution, affine));
      }
      if (first instanceof Dense dense) {
        return Optional.of(scaled(dense, affine));
      }
      if (first instanceof Affine before && before.isPerChannel()) {
        return Optional.of(scaled(before, affine));
      }
    }
    if (second instanceof Selection selection) {
      return selected(first, selection);
    }
    if (first instanceof Convolution convolution
        && second instanceof Branches branches
        && branches.combination() == Branches.Combination.CONCATENATION) {
      return together(convolution, branches.layers());
    }
    if (first instanceof Convolution a
        && second instanceof Convolution b
        && b.isPointwise()
        && !a.isTransposed()
        && a.geometry().groups() == 1
        && b.weight().getShape().get(0) <= a.weight().getShape().get(0)) {
      return Optional.of(mixed(a, b));
    }
    return Optional.empty();
  }

  private static Optional<PlainLayer> selected(PlainLayer first, Selection selection) {
    if (first instanceof Selection before && before.index() != null && selection.index() != null) {
      return Optional.of(new Selection(before.index().get(selection.index()), 0, 0));
    }
    if (first instanceof Convolution convolution
        && !convolution.isTransposed()
        && convolution.geometry().groups() == 1) {
      NDArray bias = convolution.bias();
      return Optional.of(
          new Convolution(
              selection.of(convolution.weight()),
              bias == null ? null : selection.of(bias),
              convolution.geometry()));
    }
    return Optional.empty();
  }

  /** One convolution in place of one that others follow, if none of them looks further than it. */
  private static Optional<PlainLayer> together(Convolution first, List<PlainLayer> branches) {
    NDList weights = new NDList();
    NDList biases = new NDList();
    for (PlainLayer branch : branches) {
      if (!(fold(Sequence.of(first, branch)) instanceof Convolution one)
          || !one.geometry().equals(first.geometry())) {
        return Optional.empty();
      }
      NDArray weight = one.weight();
      weights.add(weight);
      biases.add(
          one.bias() != null
              ? one.bias()
              : weight
                  .getManager()
                  .zeros(new Shape(weight.getShape().get(0)), weight.getDataType()));
    }
    NDArray all = NDArrays.concat(weights);
    return all.getShape().get(0) > first.weight().getShape().get(0)
        ? Optional.empty()
        : Optional.of(new Convolution(all, NDArrays.concat(biases), first.geometry()));
  }

  private static Convolution scaled(Convolution convolution, Affine affine) {
    NDArray weight = convolution.weight();
    if (affine.scale() != null) {
      NDArray scale = affine.scale().flatten();
      Shape shape = weight.getShape();
      if (convolution.isTransposed()) {
        long groups = convolution.geometry().groups();
        long outputs = shape.get(1);
        weight =
            weight
                .reshape(groups, shape.get(0) / groups, outputs, shape.get(2), shape.get(3))
                .mul(scale.reshape(groups, 1, outputs, 1, 1))
                .reshape(shape);
      } else {
        weight = weight.mul(scale.reshape(-1, 1, 1, 1));
      }
    }
    return new Convolution(weight, scaled(convolution.bias(), affine), convolution.geometry());
  }

  private static Dense scaled(Dense dense, Affine affine) {
    NDArray weight = dense.weight();
    if (affine.scale() != null) {
      weight = weight.mul(affine.scale().reshape(-1, 1));
    }
    return new Dense(weight, scaled(dense.bias(), affine));
  }

  private static Affine scaled(Affine before, Affine after) {
    NDArray scale = before.scale();
    if (after.scale() != null) {
      scale = scale == null ? after.scale() : scale.mul(after.scale());
    }
    NDArray shift = before.shift();
    if (shift != null && after.scale() != null) {
      shift = shift.mul(after.scale());
    }
    if (after.shift() != null) {
      shift = shift == null ? after.shift() : shift.add(after.shift());
    }
    return new Affine(scale, shift);
  }

  private static NDArray scaled(NDArray bias, Affine affine) {
    NDArray scaled = bias;
    if (bias != null && affine.scale() != null) {
      scaled = bias.mul(affine.scale().flatten());
    }
    if (affine.shift() == null) {
      return scaled;
    }
    NDArray shift = affine.shift().flatten();
    return scaled == null ? shift : scaled.add(shift);
  }

  private static Convolution mixed(Convolution first, Convolution second) {
    Shape shape = first.weight().getShape();
    Shape mixing = second.weight().getShape();
    int groups = second.geometry().groups();
    NDArray matrices = second.weight().reshape(groups, -1, mixing.get(1));
    NDArray weight =
        matrices
            .matMul(first.weight().reshape(groups, mixing.get(1), -1))
            .reshape(mixing.get(0), shape.get(1), shape.get(2), shape.get(3));
    NDArray bias = second.bias();
    if (first.bias() != null) {
      NDArray mixedBias = matrices.matMul(first.bias().reshape(groups, mixing.get(1), 1)).flatten();
      bias = bias == null ? mixedBias : bias.add(mixedBias);
    }
    return new Convolution(weight, bias, first.geometry());
  }
}
