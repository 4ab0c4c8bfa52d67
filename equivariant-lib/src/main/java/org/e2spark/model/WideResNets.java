package org.e2spark.model;

import java.util.Map;
import java.util.TreeMap;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.init.WeightInit;
import org.e2spark.model.WideResNet.Sizing;
import org.e2spark.nn.convolution.R2Conv;

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

  static Map<String, Recipe> recipes() {
    Map<String, Recipe> recipes = new TreeMap<>();
    for (String data : new String[] {"cifar10/", "cifar100/"}) {
      recipes.put(data + "wrn28-10", new Recipe(32, new ConventionalWideResNet(28, 10, 1)::build));
      recipes.put(data + "e2wrn28-10-d1d1d1", cifar(10, D1, Levels.NOWHERE));
      recipes.put(data + "e2wrn28-7-d8d4d1", cifar(7, D8, Levels.TO_D4_AND_D1));
      recipes.put(data + "e2wrn28-10-c8c4c1", cifar(10, C8, Levels.TO_C4_AND_C1));
      recipes.put(data + "e2wrn28-10-d8d4d1", cifar(10, D8, Levels.TO_D4_AND_D1));
      recipes.put(data + "e2wrn28-10-d8d4d4", cifar(10, D8, Levels.TO_D4));
    }
    recipes.put("stl10/wrn16-8", new Recipe(96, new ConventionalWideResNet(16, 8, 2)::build));
    String stl = "stl10/e2wrn16-8-";
    recipes.put(stl + "d1d1d1-same-channels", stl(D1, Levels.NOWHERE, Sizing.SAME_CHANNELS));
    recipes.put(stl + "d1d1d1-same-params", stl(D1, Levels.NOWHERE, Sizing.SAME_PARAMETERS));
    recipes.put(stl + "d8d4d1-same-channels", stl(D8, Levels.TO_D4_AND_D1, Sizing.SAME_CHANNELS));
    recipes.put(stl + "d8d4d1-same-params", stl(D8, Levels.TO_D4_AND_D1, Sizing.SAME_PARAMETERS));
    recipes.put("examples/e2wrn10-4-rot90", example(Levels.NOWHERE));
    recipes.put("examples/e2wrn10-4-reflection", example(Levels.TO_D2_AND_D1));
    return recipes;
  }

  private static Recipe cifar(int width, GSpace space, Levels levels) {
    return recipe(
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

  private static Recipe stl(GSpace space, Levels levels, Sizing sizing) {
    return recipe(
        96, new WideResNet(16, 8, space, levels.first, levels.second, sizing, 2, WideResNets::stl));
  }

  private static Recipe example(Levels levels) {
    return recipe(
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

  private static Recipe recipe(int imageSize, WideResNet network) {
    return new Recipe(imageSize, network::build);
  }

  /** Kernels of CIFAR's networks: as many frequencies as the pixels of a ring can hold. */
  private static R2Conv.Builder cifar(R2Conv.Builder convolution) {
    return stl(convolution).sigma(0.45);
  }

  private static R2Conv.Builder stl(R2Conv.Builder convolution) {
    return convolution.frequenciesCutoff(Math.PI).initialization(WeightInit.DELTA_ORTHONORMAL);
  }

  private static R2Conv.Builder example(R2Conv.Builder convolution) {
    return convolution.frequenciesCutoff(3);
  }
}
