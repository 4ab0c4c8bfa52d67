package org.e2spark.kernel;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.text.Text;

/**
 * Samples bases whose elements are a harmonic that solves the constraint, times a radial function:
 * one of some powers on one of some rings. Solves each pair of irreps once, then places it wherever
 * it occurs.
 */
public abstract class BasisSampler {

  /** The space with the constraint. */
  protected final GSpace space;

  private final int points;
  private final int rings;
  private final int powers;
  private final int maximumFrequency;
  private final Integer maximumOffset;
  private final BasisFilter filter;

  private record Pair(Irrep in, Irrep out) {}

  /**
   * @param points the number of points that have a sample
   * @param rings the number of rings, by which elements are ordered first
   * @param powers the number of powers, by which elements are ordered last
   * @param maximumFrequency up to which the solutions of finite groups are listed
   * @param maximumOffset how many group orders a frequency may be away from the lowest one, or null
   * @param filter further restriction of the basis, or null
   */
  protected BasisSampler(
      GSpace space,
      int points,
      int rings,
      int powers,
      int maximumFrequency,
      Integer maximumOffset,
      BasisFilter filter) {
    this.space = space;
    this.points = points;
    this.rings = rings;
    this.powers = powers;
    this.maximumFrequency = maximumFrequency;
    this.maximumOffset = maximumOffset;
    this.filter = filter;
  }

  /** What an element is beside its harmonic; empty if the frequency is too high for it. */
  protected abstract Optional<BasisElement.Radial> radial(int ring, int power, int frequency);

  /** An element's values, (out size, in size, points), row-major. */
  protected abstract double[] sample(
      AngularSolution solution, int inSize, int outSize, int ring, int power);

  /**
   * The basis, or none if no element is left.
   *
   * @throws IllegalArgumentException if a representation is not of the space's group
   */
  public final Optional<SampledBasis> sample(Representation in, Representation out) {
    for (Representation representation : List.of(in, out)) {
      if (!representation.group().equals(space.fiberGroup())) {
        throw new IllegalArgumentException(
            Text.format(
                "Representation %s is not of %s, the group of %s",
                representation, space.fiberGroup(), space.name()));
      }
    }
    var assembly = new BasisAssembly(in, out, points);
    Map<Pair, List<AngularSolution>> solutions = new HashMap<>();
    Map<List<Object>, double[]> samples = new HashMap<>();
    for (int ring = 0; ring < rings; ring++) {
      for (int i = 0; i < in.irreps().size(); i++) {
        for (int o = 0; o < out.irreps().size(); o++) {
          Pair pair = new Pair(in.irreps().get(i), out.irreps().get(o));
          List<AngularSolution> harmonics = solutions.computeIfAbsent(pair, this::solve);
          for (int slot = 0; slot < harmonics.size() * powers; slot++) {
            int index = slot / powers;
            int power = slot % powers;
            int onRing = ring;
            AngularSolution harmonic = harmonics.get(index);
            BasisElement element = element(pair, i, o, harmonic, index, ring, power);
            if (element != null && (filter == null || filter.accepts(element))) {
              assembly.add(
                  element,
                  ring * harmonics.size() * powers + slot,
                  samples.computeIfAbsent(
                      List.of(pair, ring, slot),
                      k -> sample(harmonic, pair.in.size(), pair.out.size(), onRing, power)));
            }
          }
        }
      }
    }
    return assembly.isEmpty() ? Optional.empty() : Optional.of(assembly.build());
  }

  private List<AngularSolution> solve(Pair pair) {
    return AngularSolution.of(space, pair.in, pair.out, maximumFrequency, maximumOffset);
  }

  private BasisElement element(
      Pair pair, int i, int o, AngularSolution harmonic, int index, int ring, int power) {
    return radial(ring, power, harmonic.frequency())
        .map(
            radial ->
                new BasisElement(
                    pair.in,
                    i,
                    pair.out,
                    o,
                    radial,
                    harmonic.frequency(),
                    harmonic.gamma(),
                    harmonic.s(),
                    harmonic.offset(),
                    index))
        .orElse(null);
  }
}
