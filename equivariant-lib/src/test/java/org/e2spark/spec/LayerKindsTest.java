package org.e2spark.spec;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Block;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.e2spark.group.BandLimited;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.spec.LayerKind.Family;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LayerKindsTest {

  /** Each kind, after the layers that make fields it takes. */
  private static final String EXAMPLES =
      """
      C4 | {"kind":"R2Conv","fields":["2 x regular"],"kernelSize":5,"padding":[1,2],"stride":2,"groups":1,"bias":false,"rings":[0,1,2],"sigmas":[0.1,0.6,0.4],"frequenciesCutoff":-2,"paddingMode":"reflect","initialization":"delta-orthonormal","evaluation":"factorised","maximumOffset":1,"basisFilter":"complex-linear"}
      C4 | {"kind":"R2ConvTransposed","fields":["2 x regular"],"kernelSize":3,"stride":2,"outputPadding":1,"sigma":0.6}
      D2 | {"kind":"R2Diffop","fields":["regular"],"maximumOrder":2,"accuracy":2,"maximumPower":1,"angleOffset":0.1,"discretization":"finite-differences-upright"}
      C4 | {"kind":"R2Diffop","fields":["regular"],"kernelSize":5,"discretization":"gaussian-derivatives","smoothing":1.3}
      C4 | {"kind":"R2Diffop","fields":["regular"],"kernelSize":5,"discretization":"radial-basis-functions","radialFunction":"phs5"}
      C4 | {"kind":"PointwiseLinear","fields":["regular"],"bias":false}
      C4 | {"kind":"TensorProduct","fields":["2 x irrep_1"]}
      C4 | {"kind":"ReLU"}
      C4 | {"kind":"ELU","alpha":0.5}
      C4 | {"kind":"LeakyReLU","slope":0.1}
      C4 | {"kind":"PointwiseNonLinearity","function":"tanh"}
      C4 | {"kind":"ConcatenatedNonLinearity","function":"elu"}
      C4 | {"kind":"NormNonLinearity","function":"squash","bias":"none"}
      D4 | {"kind":"PointwiseLinear","fields":["induced[(None, 4)][irrep_1]"]} {"kind":"InducedNormNonLinearity","function":"sigmoid"}
      C4 | {"kind":"PointwiseLinear","fields":["2 x trivial","2 x irrep_1"]} {"kind":"GatedNonLinearity1","gates":["gate","gate","gated","gated"],"keepGates":true}
      C4 | {"kind":"PointwiseLinear","fields":["2 x trivial","2 x irrep_1"]} {"kind":"GatedNonLinearity2","gates":2}
      D4 | {"kind":"PointwiseLinear","fields":["induced[(None, 4)][irrep_0]","induced[(None, 4)][irrep_1]"]} {"kind":"InducedGatedNonLinearity1"}
      C8 | {"kind":"PointwiseLinear","fields":["regular"]} {"kind":"VectorFieldNonLinearity"}
      SO(2) | {"kind":"PointwiseLinear","fields":["2 x bandlimited[2]"]} {"kind":"FourierPointwise","maximumFrequency":2,"outMaximumFrequency":1,"samples":16,"function":"relu"}
      SO(2) | {"kind":"PointwiseLinear","fields":["2 x bandlimited[2]"]} {"kind":"FourierELU","maximumFrequency":2}
      O(2) | {"kind":"PointwiseLinear","fields":["2 x bandlimited[(0.0, 1)][2]"]} {"kind":"QuotientFourierPointwise","quotient":"(0.0, 1)","maximumFrequency":2}
      O(2) | {"kind":"PointwiseLinear","fields":["2 x bandlimited[(0.0, 1)][2]"]} {"kind":"QuotientFourierELU","quotient":"(0.0, 1)","maximumFrequency":2}
      C4 | {"kind":"InnerBatchNorm","eps":1e-4,"momentum":0.2,"scaling":"none","statistics":"cumulative"}
      C4 | {"kind":"PointwiseLinear","fields":["irrep_1"]} {"kind":"NormBatchNorm"}
      D4 | {"kind":"PointwiseLinear","fields":["induced[(None, 4)][irrep_1]"]} {"kind":"InducedNormBatchNorm"}
      C4 | {"kind":"GNormBatchNorm"}
      C4 | {"kind":"IIDBatchNorm"}
      C4 | {"kind":"FieldNorm"}
      C4 | {"kind":"FieldLayerNorm","eps":1e-3}
      C4 | {"kind":"FieldInstanceNorm","scaling":"none"}
      C4 | {"kind":"FieldGroupNorm","groups":2}
      C4 | {"kind":"PointwiseMaxPool","kernelSize":3,"stride":2,"padding":1,"dilation":1,"ceilMode":true}
      C4 | {"kind":"NormMaxPool","kernelSize":2}
      C4 | {"kind":"PointwiseMaxPoolAntialiased","kernelSize":3,"sigma":0.5,"stride":2}
      C4 | {"kind":"PointwiseAvgPool","kernelSize":[2,3]}
      C4 | {"kind":"PointwiseAvgPoolAntialiased","sigma":0.66,"stride":2}
      C4 | {"kind":"PointwiseAdaptiveMaxPool","outputSize":1}
      C4 | {"kind":"PointwiseAdaptiveAvgPool","outputSize":[1,2]}
      C4 | {"kind":"GroupPooling"}
      C4 | {"kind":"NormPool"}
      D4 | {"kind":"PointwiseLinear","fields":["induced[(None, 4)][irrep_1]"]} {"kind":"InducedNormPool"}
      C4 | {"kind":"R2Upsampling","factor":2,"interpolation":"nearest"}
      C4 | {"kind":"R2Upsampling","size":[8,9]}
      C4 | {"kind":"FieldDropout","rate":0.5}
      C4 | {"kind":"PointwiseDropout","rate":0.5}
      C4 | {"kind":"EquivariantSequential","layers":[{"kind":"ELU"},{"kind":"ReLU"}]}
      C4 | {"kind":"ResidualModule","before":[{"kind":"ReLU"}],"layers":[{"kind":"ELU"}],"shortcut":[{"kind":"ReLU"}]}
      C4 | {"kind":"MultipleModule","labels":["1 x a","1 x b"],"branches":[{"labels":["b"],"layers":[{"kind":"ELU"}]},{"labels":["a"],"layers":[{"kind":"ReLU"}]}],"reshuffle":"by-label"}
      D4 | {"kind":"RestrictionModule","subgroup":"(None, 2)"}
      D4 | {"kind":"RestrictionModule","subgroup":"(0, 2)"} {"kind":"DisentangleModule","method":"orbits"}
      C4 | {"kind":"ReshuffleModule","permutation":[1,0]}
      C4 | {"kind":"MaskModule","size":9,"margin":2}
      C4 | {"kind":"IdentityModule"}
      """;

  private static final List<String> ORDINARY =
      List.of(
          "{'kind':'Linear','units':3,'bias':false}",
          "{'kind':'Conv2d','filters':4,'kernelSize':3,'padding':1,'stride':2,'groups':2}",
          "{'kind':'BatchNorm','momentum':0.3}",
          "{'kind':'ReLU'}",
          "{'kind':'Sigmoid'}",
          "{'kind':'Tanh'}",
          "{'kind':'ELU','alpha':0.5}",
          "{'kind':'LeakyReLU'}",
          "{'kind':'MaxPool2d','kernelSize':3,'stride':2,'padding':1}",
          "{'kind':'AvgPool2d','kernelSize':2}",
          "{'kind':'MaxPoolChannels','size':2}",
          "{'kind':'Dropout','rate':0.2}",
          "{'kind':'Sequential','layers':[{'kind':'ReLU'},{'kind':'Linear','units':2}]}",
          "{'kind':'Residual','layers':[{'kind':'Linear','units':4}]}");

  private static List<LayerSpec> read(String layers, Family family) {
    Object tree = JsonTree.read("[" + layers.replace("} {", "},{").replace('\'', '"') + "]");
    return OptionTypes.layers(family).read(tree, "layers");
  }

  @TestFactory
  Stream<DynamicTest> everyKindIsBuiltFromJson() {
    return EXAMPLES
        .lines()
        .map(line -> line.split("\\|", 2))
        .map(line -> DynamicTest.dynamicTest(line[1], () -> builds(line[0].strip(), line[1])));
  }

  private static void builds(String group, String layers) {
    String frequency = group.contains("(") ? ", \"maximumFrequency\": 2" : "";
    GSpace space =
        GSpaces.read(JsonTree.read("{\"group\": \"" + group + "\"" + frequency + "}"), "gspace");
    assertThat(GSpaces.read(GSpaces.tree(space), "again")).isEqualTo(space);
    boolean isContinuous = group.contains("(");
    FieldType in =
        isContinuous
            ? FieldType.of(space, BandLimited.regular(space.fiberGroup(), 2).representation(), 2)
            : FieldType.of(space, space.regular(), 2);
    List<LayerSpec> specs = read(layers, Family.EQUIVARIANT);
    EquivariantModule module =
        Assembly.sequence(specs, in, "layers").modules().get(specs.size() - 1);
    assertThat(module.getClass().getSimpleName()).isEqualTo(specs.get(specs.size() - 1).kind());
  }

  @Test
  void everyKindHasAnExample() {
    TreeSet<String> shown =
        EXAMPLES
            .lines()
            .flatMap(line -> read(line.split("\\|", 2)[1], Family.EQUIVARIANT).stream())
            .map(LayerSpec::kind)
            .collect(toCollection(TreeSet::new));
    assertThat(names(Family.EQUIVARIANT)).isEqualTo(shown);
    TreeSet<String> ordinary = new TreeSet<>();
    for (String layer : ORDINARY) {
      List<LayerSpec> layers = read(layer, Family.ORDINARY);
      ordinary.add(layers.get(0).kind());
      Block block = Assembly.ordinary(layers, 4, "head").block();
      assertThat(block).as(layer).isNotNull();
    }
    assertThat(names(Family.ORDINARY)).isEqualTo(ordinary);
  }

  private static TreeSet<String> names(Family family) {
    return LayerKinds.all(family).stream().map(LayerKind::name).collect(toCollection(TreeSet::new));
  }

  /** By the class files that there are. */
  @Test
  void everyLayerOfTheLibraryHasAKind() throws IOException, URISyntaxException {
    Path classes =
        Path.of(
            EquivariantModule.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    TreeSet<String> layers;
    try (Stream<Path> files = Files.walk(classes.resolve("org/e2spark/nn"))) {
      layers =
          files
              .map(file -> classes.relativize(file).toString().replace('/', '.'))
              .filter(name -> name.endsWith(".class"))
              .map(name -> load(name.substring(0, name.length() - ".class".length())))
              .filter(EquivariantModule.class::isAssignableFrom)
              .filter(type -> Modifier.isPublic(type.getModifiers()))
              .filter(type -> !Modifier.isAbstract(type.getModifiers()))
              .map(Class::getSimpleName)
              .collect(toCollection(TreeSet::new));
    }
    assertThat(names(Family.EQUIVARIANT)).containsAll(layers).hasSizeGreaterThan(40);
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, LayerKindsTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void subgroupsAreReadAsTheyAreWritten() {
    for (SubgroupId id :
        List.of(
            SubgroupId.rotations(4),
            SubgroupId.withoutReflections(-1),
            SubgroupId.dihedral(3, 2),
            SubgroupId.orthogonal(1.25e-5, -1))) {
      assertThat(SubgroupId.parse(id.toString())).isEqualTo(id);
    }
  }
}
