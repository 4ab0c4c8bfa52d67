package org.e2spark.model;

import static org.e2spark.model.BenchmarkStage.rounded;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.e2spark.group.Group;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.FieldType;

/** Stages whose convolutions give fields that permute their channels. */
enum PermutationStyle implements BenchmarkStage.Style {
  /** Regular fields throughout. */
  REGULAR {
    @Override
    FieldType fields(GSpace space, BenchmarkStage stage) {
      return regular(space, rounded(stage.width(space.fiberGroup().order() / 16.0)));
    }
  },
  /**
   * A mixture: to every five regular fields, two quotients by two rotations, two by four (by three,
   * where the group has no four) and a quarter as many trivial ones as the group has elements.
   */
  QUOTIENT {
    @Override
    FieldType fields(GSpace space, BenchmarkStage stage) {
      int order = space.fiberGroup().order();
      return mixture(space, stage.width(order / 16.0), 2, order % 4 == 0 ? 4 : 3);
    }
  },
  /** Regular fields, of which only the maximum is kept. */
  SCALAR_FIELD {
    @Override
    FieldType fields(GSpace space, BenchmarkStage stage) {
      int order = space.fiberGroup().order();
      return regular(space, rounded(stage.width(order / 16.0) * Math.sqrt(order)));
    }

    @Override
    void activate(SpecChain chain, BenchmarkStage stage) {
      chain.add("InnerBatchNorm");
      chain.add("GroupPooling");
      chain.add("ELU");
      pool(chain, stage);
    }
  },
  /** Trivial fields: only isotropic kernels. */
  TRIVIAL {
    @Override
    FieldType fields(GSpace space, BenchmarkStage stage) {
      double width = stage.width() * (stage.isScaled() ? Math.sqrt(16.0 * stage.kernel()) : 1);
      return FieldType.of(space, space.trivial(), rounded(width));
    }

    @Override
    void makeInvariant(SpecChain chain) {}
  };

  abstract FieldType fields(GSpace space, BenchmarkStage stage);

  @Override
  public void add(SpecChain chain, BenchmarkStage stage, BenchmarkStage.Restriction restriction) {
    chain.add(stage.convolution(fields(chain.space(), stage)));
    restriction.apply(chain, stage);
    if (stage.isLast()) {
      makeInvariant(chain);
      chain.add("InnerBatchNorm");
      chain.add("ELU");
    } else {
      activate(chain, stage);
    }
  }

  void makeInvariant(SpecChain chain) {
    chain.add("GroupPooling");
  }

  void activate(SpecChain chain, BenchmarkStage stage) {
    chain.add("InnerBatchNorm");
    chain.add("ELU");
    pool(chain, stage);
  }

  static void pool(SpecChain chain, BenchmarkStage stage) {
    if (stage.isPooled()) {
      chain.add(stage.pooling("PointwiseMaxPool"));
    }
  }

  static FieldType regular(GSpace space, int fields) {
    return FieldType.of(space, space.regular(), fields);
  }

  /**
   * Fields of several kinds, as many channels as {@code width} regular fields have, sorted by size.
   *
   * @param divisors the numbers of rotations that quotients are by
   */
  static FieldType mixture(GSpace space, double width, int... divisors) {
    Group group = space.fiberGroup();
    List<Representation> block = new ArrayList<>(Collections.nCopies(5, space.regular()));
    for (int divisor : divisors) {
      block.addAll(Collections.nCopies(2, space.quotient(SubgroupId.rotations(divisor))));
    }
    block.addAll(Collections.nCopies(group.order() / 4, space.trivial()));
    double size = block.stream().mapToInt(Representation::size).sum();
    int copies = rounded(width / (size / group.order()));
    List<Representation> fields = new ArrayList<>();
    for (int i = 0; i < copies; i++) {
      fields.addAll(block);
    }
    return FieldType.of(space, fields).sorted();
  }
}
