package org.e2spark.group;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.text.Text;

/**
 * O(2): all rotations and reflections of the plane.
 *
 * <p>Irreps are (0,0), the trivial one; (1,0), the sign of the reflection; and (1,k), k at least 1,
 * of two dimensions.
 *
 * @param maximumFrequency the highest frequency that {@link #irreps()} lists; {@link #irrep} builds
 *     any
 */
public record O2(int maximumFrequency) implements Group {

  /** Checks the frequency. */
  public O2 {
    Irrep.checkMaximumFrequency(maximumFrequency);
  }

  @Override
  public String name() {
    return "O(2)";
  }

  @Override
  public int rotations() {
    return -1;
  }

  @Override
  public boolean hasReflections() {
    return true;
  }

  @Override
  public List<Irrep> irreps() {
    return irreps(maximumFrequency);
  }

  @Override
  public List<Irrep> irreps(int highestFrequency) {
    List<Irrep> irreps = new ArrayList<>();
    irreps.add(irrep(0, 0));
    for (int k = 0; k <= highestFrequency; k++) {
      irreps.add(irrep(1, k));
    }
    return List.copyOf(irreps);
  }

  @Override
  public Irrep irrep(int... id) {
    boolean valid = id.length == 2 && id[1] >= 0 && (id[0] == 1 || (id[0] == 0 && id[1] == 0));
    if (!valid) {
      throw Irrep.noSuchIrrep(this, id, "(0, 0) or (1, frequency of at least 0)");
    }
    return Irrep.withReflections(this, id[0], id[1], id[1] == 0 ? 1 : 2);
  }

  @Override
  public Subgroup subgroup(SubgroupId id) {
    int rotations = id.rotations();
    if (id.hasReflections()
        && rotations > 0
        && (id.axis() < 0 || id.axis() >= GroupElement.FULL_TURN / rotations)) {
      throw new IllegalArgumentException(
          Text.format(
              "No subgroup %s in O(2) (needs an axis in [0, %s), or none)",
              id, GroupElement.FULL_TURN / rotations));
    }
    SubgroupId own = new SubgroupId(SubgroupId.Form.ORTHOGONAL, id.axis(), rotations);
    Group group =
        rotations > 0
            ? Subgroup.finite(rotations, own.hasReflections())
            : own.hasReflections() ? this : new SO2(maximumFrequency);
    return new Subgroup(this, own, group);
  }

  @Override
  public String toString() {
    return name();
  }
}
