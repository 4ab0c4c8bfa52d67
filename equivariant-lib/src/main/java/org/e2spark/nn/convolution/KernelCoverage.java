package org.e2spark.nn.convolution;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.init.WeightBlock;
import org.e2spark.kernel.AngularSolution;
import org.e2spark.kernel.SampledBasis;
import org.e2spark.nn.EquivarianceFinding;
import org.e2spark.nn.EquivarianceFinding.Kind;
import org.e2spark.nn.FieldType;
import org.e2spark.text.Text;
import org.ejml.simple.SimpleMatrix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which irreps of a convolution's fields are connected by kernels. */
public final class KernelCoverage {

  private static final Logger log = LoggerFactory.getLogger(KernelCoverage.class);

  private static final double NEGLIGIBLE = 1e-9;

  /** The fields that kernels lead to, or those they come from. */
  private enum Side {
    OUTPUT {
      @Override
      Representation of(SampledBasis basis) {
        return basis.out();
      }

      @Override
      SimpleMatrix channelsByIrreps(Representation representation) {
        return representation.changeOfBasis();
      }

      @Override
      boolean connected(SteerableConvolution layer, Irrep own, Irrep other) {
        return AngularSolution.lowestFrequency(layer.outType().gspace(), other, own).isPresent();
      }
    },
    INPUT {
      @Override
      Representation of(SampledBasis basis) {
        return basis.in();
      }

      @Override
      SimpleMatrix channelsByIrreps(Representation representation) {
        return representation.changeOfBasisInverse().transpose();
      }

      @Override
      boolean connected(SteerableConvolution layer, Irrep own, Irrep other) {
        return AngularSolution.lowestFrequency(layer.outType().gspace(), own, other).isPresent();
      }
    };

    abstract Representation of(SampledBasis basis);

    /** How much each channel (row) has to do with each dimension of the irreps (column). */
    abstract SimpleMatrix channelsByIrreps(Representation representation);

    /** Whether a kernel between both exists, on whatever grid. */
    abstract boolean connected(SteerableConvolution layer, Irrep own, Irrep other);

    FieldType type(SteerableConvolution layer) {
      return this == OUTPUT ? layer.outType() : layer.inType();
    }

    Side opposite() {
      return this == OUTPUT ? INPUT : OUTPUT;
    }
  }

  private final SteerableConvolution layer;
  private final String name;

  private KernelCoverage(SteerableConvolution layer, String name) {
    this.layer = layer;
    this.name = name;
  }

  /**
   * Fields and irreps that no kernel reaches, or from which none leads.
   *
   * @param name how the findings call the layer
   */
  public static List<EquivarianceFinding> findings(SteerableConvolution layer, String name) {
    var coverage = new KernelCoverage(layer, name);
    List<EquivarianceFinding> findings = new ArrayList<>(coverage.findings(Side.OUTPUT));
    // The inputs of kernels may be derived from those of the layer, such as their products.
    if (layer.weightBlocks().stream()
        .anyMatch(block -> layer.inType().representations().contains(block.basis().in()))) {
      findings.addAll(coverage.findings(Side.INPUT));
    }
    return findings;
  }

  private List<EquivarianceFinding> findings(Side side) {
    Map<Representation, boolean[]> connected = new LinkedHashMap<>();
    for (Representation representation : side.type(layer).representations()) {
      connected.computeIfAbsent(representation, r -> new boolean[r.irreps().size()]);
    }
    for (WeightBlock block : layer.weightBlocks()) {
      int[][] counts = block.basis().elementCounts();
      boolean[] flags = connected.get(side.of(block.basis()));
      for (int in = 0; in < counts.length; in++) {
        for (int out = 0; out < counts[in].length; out++) {
          flags[side == Side.OUTPUT ? out : in] |= counts[in][out] > 0;
        }
      }
    }
    List<EquivarianceFinding> findings = new ArrayList<>();
    connected.forEach(
        (representation, flags) -> finding(side, representation, flags).ifPresent(findings::add));
    return findings;
  }

  private Optional<EquivarianceFinding> finding(
      Side side, Representation representation, boolean[] connected) {
    List<Irrep> missing = new ArrayList<>();
    for (int i = 0; i < connected.length; i++) {
      if (!connected[i]) {
        missing.add(representation.irreps().get(i));
      }
    }
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    boolean whole = missing.size() == connected.length;
    List<Irrep> others =
        side.opposite().type(layer).representations().stream()
            .distinct()
            .flatMap(other -> other.irreps().stream())
            .distinct()
            .toList();
    boolean never =
        missing.stream()
            .anyMatch(own -> others.stream().noneMatch(other -> side.connected(layer, own, other)));
    int dead = whole ? representation.size() : deadChannels(side, representation, connected);
    String fields =
        Text.format(
            "its %d %s fields %s",
            side.type(layer).representations().stream().filter(representation::equals).count(),
            side == Side.OUTPUT ? "output" : "input",
            representation.name());
    String what =
        whole
            ? fields
            : Text.format(
                "the irreps %s of %s",
                new TreeSet<>(missing.stream().map(Irrep::name).toList()), fields);
    String from = summary(side.opposite().type(layer));
    String problem =
        side == Side.INPUT
            ? Text.format("no kernel leads from %s to %s", what, from)
            : Text.format(
                "%s receive no kernel from %s, so that %s",
                what, from, consequence(whole, dead, representation));
    Kind kind =
        dead == 0 && !never
            ? Kind.BAND_LIMITED
            : side == Side.OUTPUT ? Kind.DEAD_OUTPUT : Kind.IGNORED_INPUT;
    return Optional.of(new EquivarianceFinding(kind, name, problem, remedy(side, kind, never)));
  }

  /** Warns of what a layer that has just been built cannot do. */
  static void warn(SteerableConvolution layer) {
    String name =
        Text.format(
            "%s (%s -> %s)", layer.name(), summary(layer.inType()), summary(layer.outType()));
    for (EquivarianceFinding finding : findings(layer, name)) {
      if (finding.isWarning()) {
        log.warn("{}", finding);
      }
    }
  }

  /** Such as "3 x irrep_0, 2 x regular". */
  private static String summary(FieldType type) {
    return type.fieldsByLabel(type.names()).entrySet().stream()
        .map(entry -> entry.getValue().size() + " x " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String consequence(boolean whole, int dead, Representation representation) {
    if (whole) {
      return "they hold nothing but a bias";
    }
    return dead > 0
        ? Text.format(
            "%d of each field's %d channels hold nothing but a bias", dead, representation.size())
        : "the channels of each field depend on each other";
  }

  private static String remedy(Side side, Kind kind, boolean never) {
    if (kind == Kind.BAND_LIMITED) {
      return "Raise the frequency cutoff or the kernel size if they should carry detail";
    }
    String other = side == Side.OUTPUT ? "input fields that reach them" : "output fields for them";
    return never
        ? Text.format("No kernel of any size connects these fields: add %s, or drop them", other)
        : Text.format("Add %s, raise the frequency cutoff, or drop them", other);
  }

  /** Channels that have to do with unconnected irreps only. */
  private static int deadChannels(Side side, Representation representation, boolean[] connected) {
    SimpleMatrix shares = side.channelsByIrreps(representation);
    BitSet alive = new BitSet(representation.size());
    int column = 0;
    for (int i = 0; i < connected.length; i++) {
      for (int k = 0; k < representation.irreps().get(i).size(); k++, column++) {
        for (int row = 0; row < representation.size(); row++) {
          if (connected[i] && Math.abs(shares.get(row, column)) > NEGLIGIBLE) {
            alive.set(row);
          }
        }
      }
    }
    return representation.size() - alive.cardinality();
  }
}
