package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.List;
import org.ejml.simple.SimpleMatrix;

/** The matrices of a program that mix the rows of each part, and their transposes. */
final class RowMatrices {

  private final String name;
  private final List<String> pieces = new ArrayList<>();
  private final List<String> forward = new ArrayList<>();
  private final List<String> transposed = new ArrayList<>();

  /**
   * @param name prefix of the variables
   */
  RowMatrices(String name) {
    this.name = name;
  }

  /** Adds the matrix of the next part. */
  void add(Tables tables, SimpleMatrix matrix) {
    boolean square = matrix.getNumRows() == matrix.getNumCols();
    if (square && matrix.isIdentical(SimpleMatrix.identity(matrix.getNumRows()), 0)) {
      forward.add(null);
      transposed.add(null);
      return;
    }
    String variable = name + forward.size();
    double[] values = matrix.getDDRM().getData().clone();
    pieces.add(
        variable
            + " = "
            + ProgramText.piece(tables, values, matrix.getNumRows(), matrix.getNumCols()));
    forward.add(variable);
    transposed.add("torch.t(" + variable + ")");
  }

  /** Names the matrices. */
  void define(ProgramText text) {
    pieces.forEach(piece -> text.add("%s", piece));
  }

  /** For each part its matrix, or null for the identity. */
  List<String> matrices() {
    return forward;
  }

  /** For each part the transpose, or null for the identity. */
  List<String> transposes() {
    return transposed;
  }
}
