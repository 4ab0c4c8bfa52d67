package org.e2spark.model;

import java.util.Map;
import java.util.TreeMap;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.WideResNet.Sizing;
import org.e2spark.spec.LayerSpec;

/** The published wide residual networks, for CIFAR (32 pixels) and STL-10 (96 pixels). */
final class WideResNets {

  private static final GSpace D8 = new FlipRot2dOnR2(8);
  private static final GSpace D4 = new FlipRot2dOnR2(4);
  private static final GSpace C8 = new Rot2dOnR2(8);
  private static final GSpace D1 = D8.restrict(SubgroupId.dihedral(0, 1));

  /** Where symmetries are given up; keeps reflections, if there are any. */
  @SuppressWarnings("ImmutableEnumChecker") // ids are values
  private enum Levels {
    NOWHERE(null, null),
    TO_D4(SubgroupId.dihedral(0, 4), null),
    TO_D4_AND_D1(SubgroupId.dihedral(0, 4), SubgroupId.dihedral(0, 1)),
    TO_D2_AND_D1(SubgroupId.dihedral(0, 2), SubgroupId.dihedral(0, 1)),
    TO_C4_AND_C1(SubgroupId.rotations(4), SubgroupId.rotations(1));

    final SubgroupId first;
    final SubgroupId second;

    Levels(SubgroupId first, SubgroupId second) {
      this.first = first;
      this.second = second;
    }
  }

  private WideResNets() {}

  static Map<String, PresetPlan> plans() {
    Map<String, PresetPlan> plans = new TreeMap<>();
    for (String data : new String[] {"cifar10/", "cifar100/"}) {
      plans.put(data + "wrn28-10", new PresetPlan(32, new ConventionalWideResNet(28, 10, 1)::spec));
      plans.put(data + "e2wrn28-10-d1d1d1", cifar(10, D1, Levels.NOWHERE));
      plans.put(data + "e2wrn28-7-d8d4d1", cifar(7, D8, Levels.TO_D4_AND_D1));
      plans.put(data + "e2wrn28-10-c8c4c1", cifar(10, C8, Levels.TO_C4_AND_C1));
      plans.put(data + "e2wrn28-10-d8d4d1", cifar(10, D8, Levels.TO_D4_AND_D1));
      plans.put(data + "e2wrn28-10-d8d4d4", cifar(10, D8, Levels.TO_D4));
    }
    plans.put("stl10/wrn16-8", new PresetPlan(96, new ConventionalWideResNet(16, 8, 2)::spec));
    String stl = "stl10/e2wrn16-8-";
    plans.put(stl + "d1d1d1-same-channels", stl(D1, Levels.NOWHERE, Sizing.SAME_CHANNELS));
    plans.put(stl + "d1d1d1-same-params", stl(D1, Levels.NOWHERE, Sizing.SAME_PARAMETERS));
    plans.put(stl + "d8d4d1-same-channels", stl(D8, Levels.TO_D4_AND_D1, Sizing.SAME_CHANNELS));
    plans.put(stl + "d8d4d1-same-params", stl(D8, Levels.TO_D4_AND_D1, Sizing.SAME_PARAMETERS));
    plans.put("examples/e2wrn10-4-rot90", example(Levels.NOWHERE));
    plans.put("examples/e2wrn10-4-reflection", example(Levels.TO_D2_AND_D1));
    return plans;
  }

  private static PresetPlan cifar(int width, GSpace space, Levels levels) {
    return plan(
        32,
        new WideResNet(
            28,
            width,
            space,
            levels.first,
            levels.second,
            Sizing.SAME_PARAMETERS,
            1,
            WideResNets::cifar));
  }

  private static PresetPlan stl(GSpace space, Levels levels, Sizing sizing) {
    return plan(
        96, new WideResNet(16, 8, space, levels.first, levels.second, sizing, 2, WideResNets::stl));
  }

  private static PresetPlan example(Levels levels) {
    return plan(
        33,
        new WideResNet(
            10,
            4,
            D4,
            levels.first,
            levels.second,
            Sizing.SAME_PARAMETERS,
            1,
            WideResNets::example));
  }

  private static PresetPlan plan(int imageSize, WideResNet network) {
    return new PresetPlan(imageSize, network::spec);
  }

  /** Kernels of CIFAR's networks: as many frequencies as the pixels of a ring can hold. */
  private static LayerSpec cifar(LayerSpec convolution) {
    return stl(convolution).with("sigma", 0.45);
  }

  private static LayerSpec stl(LayerSpec convolution) {
    return convolution
        .with("frequenciesCutoff", Math.PI)
        .with("initialization", "delta-orthonormal");
  }

  private static LayerSpec example(LayerSpec convolution) {
    return convolution.with("frequenciesCutoff", 3);
  }
}
