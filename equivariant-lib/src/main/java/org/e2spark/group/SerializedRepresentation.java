package org.e2spark.group;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.ejml.simple.SimpleMatrix;

/**
 * What of a representation goes over the wire: the call that builds it, or where there is none, its
 * decomposition.
 */
final class SerializedRepresentation {

  private SerializedRepresentation() {}

  @SuppressWarnings("ArrayRecordComponent") // a wire format, never compared
  record OfIrrep(Group group, int[] id) implements Serializable {
    private Object readResolve() {
      return group.irrep(id);
    }
  }

  record Regular(Group group) implements Serializable {
    private Object readResolve() {
      return group.regularRepresentation();
    }
  }

  record Quotient(Group group, SubgroupId subgroup) implements Serializable {
    private Object readResolve() {
      return group.quotientRepresentation(subgroup);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // a wire format, never compared
  record Induced(Group group, SubgroupId subgroup, int[] irrep) implements Serializable {
    private Object readResolve() {
      return group.inducedRepresentation(subgroup, group.subgroup(subgroup).group().irrep(irrep));
    }
  }

  record Restricted(Representation whole, SubgroupId subgroup) implements Serializable {
    private Object readResolve() {
      return whole.restrict(subgroup);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // a wire format, never compared
  record Explicit(
      Group group,
      String name,
      int[][] irreps,
      double[] changeOfBasis,
      double[] inverse,
      TreeSet<String> nonlinearities)
      implements Serializable {

    Explicit(Representation representation) {
      this(
          representation.group(),
          representation.name(),
          representation.irreps().stream().map(Irrep::id).toArray(int[][]::new),
          representation.changeOfBasis().getDDRM().getData(),
          representation.isOrthonormal()
              ? null
              : representation.changeOfBasisInverse().getDDRM().getData(),
          new TreeSet<>(representation.supportedNonlinearities()));
    }

    private Object readResolve() {
      List<Irrep> instances = Arrays.stream(irreps).map(group::irrep).toList();
      int size = instances.stream().mapToInt(Irrep::size).sum();
      SimpleMatrix matrix = new SimpleMatrix(size, size, true, changeOfBasis);
      SimpleMatrix matrixInverse =
          inverse == null ? matrix.transpose() : new SimpleMatrix(size, size, true, inverse);
      return new Representation(
          group, name, instances, matrix, matrixInverse, nonlinearities, null);
    }
  }
}
