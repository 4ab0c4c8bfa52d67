package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.group.Irrep;
import org.ejml.simple.SimpleMatrix;

/**
 * The rows of the output parts in which {@code U_0} and {@code U_1} stand, target by target:
 * (degrees, copies of a field, components). The quarter turn {@code J} that follows {@code U_1} is
 * part of the matrix that takes rows to channels.
 *
 * @param plan what multiplies what
 */
record TargetRows(MixingPlan plan) {

  /** Which way numbers go. */
  enum Direction {
    TO_PARTS,
    FROM_PARTS
  }

  /** The rows of a part. */
  int rows(int part) {
    return first(plan.out().parts().get(part), plan.targets().size());
  }

  private int first(FieldIrreps.Part part, int target) {
    return plan.targets().subList(0, target).stream()
        .mapToInt(t -> t.degrees() * part.multiplicity(t.irrep()) * t.irrep().size())
        .sum();
  }

  /** The matrix {@code [Q | Q J]}, (channels, rows) of a part. */
  SimpleMatrix channels(FieldIrreps.Part part) {
    SimpleMatrix q = part.fromRows();
    List<SimpleMatrix> columns = new ArrayList<>();
    for (MixingPlan.Target target : plan.targets()) {
      Irrep irrep = target.irrep();
      int multiplicity = part.multiplicity(irrep);
      int row = part.firstRow(irrep, plan.out().irreps());
      for (int copy = row; copy < row + multiplicity; copy++) {
        for (int component = 0; component < irrep.size(); component++) {
          columns.add(q.getColumn(copy + component * multiplicity));
        }
      }
      for (int copy = row; target.degrees() == 2 && copy < row + multiplicity; copy++) {
        columns.add(q.getColumn(copy + multiplicity));
        columns.add(q.getColumn(copy).negative());
      }
    }
    return columns
        .get(0)
        .concatColumns(columns.subList(1, columns.size()).toArray(SimpleMatrix[]::new));
  }

  /**
   * Moves the coefficients of a target and label between {@code u} (degrees, copies, images, {@code
   * h}) and the parts, component by component: {@code v[s]}, ... say the first coefficient and the
   * number of each.
   */
  void copy(ProgramText text, MixingPlan.Target target, FiberProgram out, Direction direction) {
    for (int r = 0; r < plan.out().parts().size(); r++) {
      FieldIrreps.Part part = plan.out().parts().get(r);
      int multiplicity = part.multiplicity(target.irrep());
      if (multiplicity == 0) {
        continue;
      }
      int size = target.irrep().size();
      text.add(
          "o = torch.reshape(torch.narrow(g%d, 0, %d, %d), [%d, %d, %d, %d, c, %d])",
          r,
          first(part, plan.targets().indexOf(target)),
          target.degrees() * multiplicity * size,
          target.degrees(),
          multiplicity,
          size,
          out.count(r),
          out.pixels());
      text.add(
          "r = torch.reshape(torch.narrow(torch.reshape(u, [%d, %d, c, h]), 1, %d, %d), [%d, %d,"
              + " %d, c, h])",
          target.degrees(),
          target.copies(),
          plan.out().firstCopy(target.irrep(), part),
          multiplicity * out.count(r),
          target.degrees(),
          multiplicity,
          out.count(r));
      text.add("from_ = 0");
      text.begin("for j in range(%d):", size);
      text.add("part = torch.narrow(r, 4, from_, v[s + 2 * j + 1])");
      text.add("rows = torch.narrow(torch.select(o, 2, j), 4, v[s + 2 * j], v[s + 2 * j + 1])");
      if (direction == Direction.TO_PARTS) {
        text.run("torch.copy_(rows, part)");
      } else {
        text.run("torch.copy_(part, rows)");
      }
      text.add("from_ = from_ + v[s + 2 * j + 1]");
      text.end();
    }
  }
}
