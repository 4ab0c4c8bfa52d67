package org.e2spark.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.e2spark.group.Representation;
import org.e2spark.init.WeightBlock;
import org.e2spark.nn.EquivarianceFinding.Kind;

/** Which irreps of a convolution's fields are connected by kernels. */
final class KernelCoverage {

  private final SteerableConvolution layer;
  private final String name;
  private final Map<Representation, boolean[]> reached = new LinkedHashMap<>();
  private final Map<Representation, boolean[]> used = new LinkedHashMap<>();

  private KernelCoverage(SteerableConvolution layer, String name) {
    this.layer = layer;
    this.name = name;
    layer.outType().representations().forEach(r -> irreps(reached, r));
    layer.inType().representations().forEach(r -> irreps(used, r));
    for (WeightBlock block : layer.weightBlocks()) {
      int[][] counts = block.basis().elementCounts();
      boolean[] out = irreps(reached, block.basis().out());
      boolean[] in = irreps(used, block.basis().in());
      for (int i = 0; i < in.length; i++) {
        for (int o = 0; o < out.length; o++) {
          in[i] |= counts[i][o] > 0;
          out[o] |= counts[i][o] > 0;
        }
      }
    }
  }

  private static boolean[] irreps(Map<Representation, boolean[]> map, Representation key) {
    return map.computeIfAbsent(key, r -> new boolean[r.irreps().size()]);
  }

  static List<EquivarianceFinding> findings(SteerableConvolution layer, String name) {
    return new KernelCoverage(layer, name).findings();
  }

  private List<EquivarianceFinding> findings() {
    List<EquivarianceFinding> findings = new ArrayList<>();
    reached.forEach(
        (representation, flags) -> {
          List<String> missing = missing(representation, flags);
          if (missing.size() == flags.length) {
            findings.add(
                new EquivarianceFinding(
                    Kind.DEAD_OUTPUT,
                    name,
                    "its %d output fields %s receive no kernel from %s, so that they hold nothing but a bias"
                        .formatted(
                            fields(layer.outType(), representation),
                            representation.name(),
                            layer.inType()),
                    "Add input fields that reach them, raise the frequency cutoff, or drop them"));
          } else if (!missing.isEmpty()) {
            findings.add(
                new EquivarianceFinding(
                    Kind.BAND_LIMITED,
                    name,
                    "the irreps %s of its output fields %s receive no kernel"
                        .formatted(new TreeSet<>(missing), representation.name()),
                    "Raise the frequency cutoff or the kernel size if they should carry detail"));
          }
        });
    used.forEach(
        (representation, flags) -> {
          if (missing(representation, flags).size() == flags.length) {
            findings.add(
                new EquivarianceFinding(
                    Kind.IGNORED_INPUT,
                    name,
                    "no kernel leads from its %d input fields %s to %s"
                        .formatted(
                            fields(layer.inType(), representation),
                            representation.name(),
                            layer.outType()),
                    "Add output fields that they reach, raise the frequency cutoff, or drop them"));
          }
        });
    return findings;
  }

  private static long fields(FieldType type, Representation representation) {
    return type.representations().stream().filter(representation::equals).count();
  }

  private static List<String> missing(Representation representation, boolean[] flags) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < flags.length; i++) {
      if (!flags[i]) {
        names.add(representation.irreps().get(i).name());
      }
    }
    return names;
  }
}
