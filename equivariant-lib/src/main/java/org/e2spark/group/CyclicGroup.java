package org.e2spark.group;

import java.util.List;
import java.util.stream.IntStream;
import org.e2spark.text.Text;

/**
 * C_N: the rotations by multiples of 2π/N.
 *
 * <p>Its irreps are the frequencies 0 to N/2; 0 and N/2 (N even) have one dimension, the others are
 * 2x2 rotation matrices. C_1 is the trivial group, and C_2 also serves as the group of one
 * reflection.
 *
 * @param order N, at least 1
 */
public record CyclicGroup(int order) implements Group {

  /** Checks the order. */
  public CyclicGroup {
    if (order < 1) {
      throw new IllegalArgumentException(
          "Invalid order of a cyclic group: " + order + " (must be at least 1)");
    }
  }

  @Override
  public String name() {
    return "C" + order;
  }

  @Override
  public int rotations() {
    return order;
  }

  @Override
  public boolean hasReflections() {
    return false;
  }

  /** The rotation by 2πk/N, for any integer k. */
  public GroupElement element(int k) {
    return GroupElement.rotation(Math.floorMod(k, order) * GroupElement.FULL_TURN / order);
  }

  @Override
  public List<Irrep> irreps() {
    return IntStream.rangeClosed(0, order / 2).mapToObj(this::irrep).toList();
  }

  @Override
  public Irrep irrep(int... id) {
    if (id.length != 1 || id[0] < 0 || id[0] > order / 2) {
      throw Irrep.noSuchIrrep(this, id, "one frequency in [0, " + order / 2 + "]");
    }
    boolean real = id[0] == 0 || 2 * id[0] == order;
    return Irrep.ofRotations(this, id[0], real ? 1 : 2);
  }

  @Override
  public Subgroup subgroup(SubgroupId id) {
    int rotations = id.rotations();
    if (id.hasReflections() || rotations < 1 || order % rotations != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "No subgroup %s in %s (needs a number of rotations that divides %s, and no axis)",
              id, name(), order));
    }
    return new Subgroup(this, SubgroupId.rotations(rotations), new CyclicGroup(rotations));
  }

  @Override
  public String toString() {
    return name();
  }
}
