package org.e2spark.group;

import java.util.List;
import java.util.stream.IntStream;

/**
 * SO(2): all rotations of the plane.
 *
 * @param maximumFrequency the highest frequency that {@link #irreps()} lists; {@link #irrep} builds
 *     any
 */
public record SO2(int maximumFrequency) implements Group {

  /** Checks the frequency. */
  public SO2 {
    Irrep.checkMaximumFrequency(maximumFrequency);
  }

  @Override
  public String name() {
    return "SO(2)";
  }

  @Override
  public int rotations() {
    return -1;
  }

  @Override
  public boolean hasReflections() {
    return false;
  }

  @Override
  public List<Irrep> irreps() {
    return irreps(maximumFrequency);
  }

  @Override
  public List<Irrep> irreps(int highestFrequency) {
    return IntStream.rangeClosed(0, highestFrequency).mapToObj(this::irrep).toList();
  }

  @Override
  public Irrep irrep(int... id) {
    if (id.length != 1 || id[0] < 0) {
      throw Irrep.noSuchIrrep(this, id, "one frequency of at least 0");
    }
    return Irrep.ofRotations(this, id[0], id[0] == 0 ? 1 : 2);
  }

  @Override
  public Subgroup subgroup(SubgroupId id) {
    if (id.hasReflections() || id.rotations() < 1) {
      throw new IllegalArgumentException(
          "No subgroup "
              + id
              + " in SO(2) (needs a number of rotations of at least 1, and no axis)");
    }
    return new Subgroup(
        this, SubgroupId.rotations(id.rotations()), new CyclicGroup(id.rotations()));
  }

  @Override
  public String toString() {
    return name();
  }
}
