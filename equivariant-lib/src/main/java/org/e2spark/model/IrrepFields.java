package org.e2spark.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.kernel.KernelSubset;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.convolution.R2Conv;

/** Which fields the stages of networks on irreps have, and how many. */
final class IrrepFields {

  private IrrepFields() {}

  /**
   * The irreps but the trivial one, each as often as it has dimensions, counted in the irrep's own
   * field: a complex one once, a real one of two dimensions twice.
   */
  static List<Representation> nontrivial(GSpace space) {
    List<Representation> irreps = new ArrayList<>();
    for (Irrep irrep : space.fiberGroup().irreps()) {
      if (!irrep.isTrivial()) {
        irreps.addAll(Collections.nCopies(irrep.size() / irrep.sumOfSquaresConstituents(), irrep));
      }
    }
    return irreps;
  }

  /** The irreps that rotations do not change, but the trivial one. */
  static List<Representation> nontrivialOfFrequencyZero(GSpace space) {
    return nontrivial(space).stream().filter(irrep -> ((Irrep) irrep).frequency() == 0).toList();
  }

  static List<Representation> repeated(List<? extends Representation> block, int times) {
    List<Representation> fields = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      fields.addAll(block);
    }
    return fields;
  }

  @SafeVarargs
  static FieldType type(GSpace space, List<? extends Representation>... parts) {
    List<Representation> fields = new ArrayList<>();
    for (List<? extends Representation> part : parts) {
      fields.addAll(part);
    }
    return FieldType.of(space, fields);
  }

  /**
   * By what a stage is to be narrower than its width says, so that its weights are about as many as
   * a regular network's: the weights between one block of fields and another, divided by {@code
   * budget} times the pixels of the kernel.
   *
   * @param kernels that are used, or null for all
   */
  static double ratio(
      BenchmarkStage stage, FieldType in, FieldType out, double budget, KernelSubset kernels) {
    R2Conv.Builder convolution =
        R2Conv.builder(in, out)
            .kernelSize(stage.kernel())
            .padding(stage.padding())
            .noBias()
            .basis(basis -> basis.basisFilter(kernels));
    try (R2Conv probe = convolution.build()) {
      int weights = probe.weightBlocks().stream().mapToInt(block -> block.size()).sum();
      return weights / (budget * stage.kernel() * stage.kernel());
    }
  }
}
