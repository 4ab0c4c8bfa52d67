package org.e2spark.group;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.text.Text;

/**
 * D_N: N rotations and N reflections, of order 2N.
 *
 * <p>An irrep is named by two numbers, the sign of the reflection and the frequency. Those of one
 * dimension are (0,0), (1,0) and for even N (1,N/2), (0,N/2); (1,k) for 0 &lt; k &lt; N/2 have two.
 *
 * @param rotationOrder N, at least 1
 */
public record DihedralGroup(int rotationOrder) implements Group {

  /** Checks the order. */
  public DihedralGroup {
    if (rotationOrder < 1) {
      throw new IllegalArgumentException(
          "Invalid number of rotations: " + rotationOrder + " (must be at least 1)");
    }
  }

  @Override
  public String name() {
    return "D" + rotationOrder;
  }

  @Override
  public int rotations() {
    return rotationOrder;
  }

  @Override
  public boolean hasReflections() {
    return true;
  }

  /** The element {@code r^k f^reflection}, for any integer k. */
  public GroupElement element(int reflection, int k) {
    return new GroupElement(
        reflection, Math.floorMod(k, rotationOrder) * GroupElement.FULL_TURN / rotationOrder);
  }

  @Override
  public List<Irrep> irreps() {
    List<Irrep> irreps = new ArrayList<>();
    irreps.add(irrep(0, 0));
    for (int k = 0; k <= rotationOrder / 2; k++) {
      irreps.add(irrep(1, k));
    }
    if (rotationOrder % 2 == 0) {
      irreps.add(irrep(0, rotationOrder / 2));
    }
    return List.copyOf(irreps);
  }

  @Override
  public Irrep irrep(int... id) {
    boolean valid =
        id.length == 2
            && (id[0] == 0 || id[0] == 1)
            && id[1] >= 0
            && id[1] <= rotationOrder / 2
            && (id[0] == 1 || id[1] == 0 || 2 * id[1] == rotationOrder);
    if (!valid) {
      throw Irrep.noSuchIrrep(
          this,
          id,
          Text.format(
              "(1, frequency in [0, %s]), (0, 0)%s",
              rotationOrder / 2,
              rotationOrder % 2 == 0 ? " or (0, " + rotationOrder / 2 + ")" : ""));
    }
    boolean oneDimensional = id[1] == 0 || 2 * id[1] == rotationOrder;
    return Irrep.withReflections(this, id[0], id[1], oneDimensional ? 1 : 2);
  }

  @Override
  public Subgroup subgroup(SubgroupId id) {
    int rotations = id.rotations();
    boolean valid = rotations >= 1 && rotationOrder % rotations == 0;
    if (valid && id.hasReflections()) {
      double axis = id.axis();
      valid = axis == Math.rint(axis) && axis >= 0 && (int) axis < rotationOrder / rotations;
    }
    if (!valid) {
      throw new IllegalArgumentException(
          Text.format(
              "No subgroup %s in %s (needs a number of rotations M that divides %s, and no axis or"
                  + " a whole one in [0, %s/M))",
              id, name(), rotationOrder, rotationOrder));
    }
    SubgroupId own = new SubgroupId(SubgroupId.Form.DIHEDRAL, id.axis(), rotations);
    return new Subgroup(this, own, Subgroup.finite(rotations, own.hasReflections()));
  }

  @Override
  public String toString() {
    return name();
  }
}
