package org.e2spark.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.e2spark.group.Group;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;

/** Random spaces and field types, with fields in any order, for tests. */
public final class RandomTypes {

  private final Random random;

  public RandomTypes(long seed) {
    this.random = new Random(seed);
  }

  public Random random() {
    return random;
  }

  public GSpace space() {
    return random.nextInt(4) == 0 ? continuous() : finite();
  }

  GSpace finite() {
    return switch (random.nextInt(6)) {
      case 0 -> new TrivialOnR2();
      case 1 -> new Flip2dOnR2(random.nextDouble());
      case 2, 3 -> new Rot2dOnR2(2 + random.nextInt(11));
      default -> new FlipRot2dOnR2(2 + random.nextInt(6), random.nextDouble());
    };
  }

  GSpace continuous() {
    return random.nextBoolean() ? Rot2dOnR2.continuous(3) : FlipRot2dOnR2.continuous(3);
  }

  /** All irreps, and for a finite group its regular and some quotient representations. */
  public List<Representation> representations(GSpace space) {
    Group group = space.fiberGroup();
    List<Representation> all = new ArrayList<>(group.irreps());
    if (!group.isContinuous()) {
      all.add(space.regular());
      subgroups(group).forEach(id -> all.add(space.quotient(id)));
    }
    return all;
  }

  /** Representations induced from irreps of subgroups. */
  public List<Representation> induced(GSpace space) {
    List<Representation> all = new ArrayList<>();
    for (SubgroupId id : subgroups(space.fiberGroup())) {
      for (Irrep irrep : space.subgroup(id).group().irreps()) {
        all.add(space.induced(id, irrep));
      }
    }
    return all;
  }

  /** Subgroups with finitely many cosets. */
  List<SubgroupId> subgroups(Group group) {
    List<SubgroupId> ids = new ArrayList<>();
    if (group.isContinuous()) {
      if (group.hasReflections()) {
        ids.add(SubgroupId.withoutReflections(-1));
      }
      return ids;
    }
    for (int m = 1; m <= group.rotations(); m++) {
      if (group.rotations() % m == 0) {
        ids.add(
            group.hasReflections() ? SubgroupId.withoutReflections(m) : SubgroupId.rotations(m));
        if (group.hasReflections()) {
          ids.add(SubgroupId.dihedral(group.rotations() / m - 1, m));
        }
      }
    }
    return ids;
  }

  /** One to five fields out of the candidates, or null if there are none. */
  public FieldType of(
      GSpace space, List<Representation> candidates, Predicate<Representation> suitable) {
    List<Representation> left = candidates.stream().filter(suitable).toList();
    if (left.isEmpty()) {
      return null;
    }
    List<Representation> fields = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      fields.add(left.get(random.nextInt(left.size())));
    }
    return FieldType.of(space, fields);
  }

  /** At most eight elements to test with. */
  List<GroupElement> elements(GSpace space) {
    List<GroupElement> all = new ArrayList<>(space.fiberGroup().testingElements());
    java.util.Collections.shuffle(all, random);
    return all.subList(0, Math.min(8, all.size()));
  }
}
