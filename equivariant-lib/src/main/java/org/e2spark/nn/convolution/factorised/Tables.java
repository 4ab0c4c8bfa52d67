package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.ObjIntConsumer;

/**
 * The constants of a program: one array of numbers, which programs cut pieces out of, and one list
 * of integers, which they read from the front.
 */
final class Tables {

  /** Pieces begin at multiples of so many numbers: 64 bytes. */
  private static final int ALIGNMENT = 16;

  /**
   * Smaller entries than this share of the largest are rounding errors, and would be denormal
   * numbers in products, which are slow.
   */
  private static final double NEGLIGIBLE = 1e-12;

  private final List<double[]> pieces = new ArrayList<>();
  private final List<Integer> integers = new ArrayList<>();
  private int size;
  private boolean taken;

  /** Adds a piece and returns its place. */
  int add(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    double[] piece = new double[aligned(values.length)];
    for (int i = 0; i < values.length; i++) {
      piece[i] = Math.abs(values[i]) > NEGLIGIBLE * largest ? values[i] : 0;
    }
    int place = size;
    pieces.add(piece);
    size = Math.addExact(size, piece.length);
    return place;
  }

  /** How many numbers a piece of so many takes up. */
  static int aligned(int length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Appends to the integers. */
  void append(int... values) {
    for (int value : values) {
      integers.add(value);
    }
  }

  /** Numbers of all pieces together. */
  int size() {
    return size;
  }

  /**
   * The numbers of all pieces, which are forgotten: they may be many, and live on a device from now
   * on.
   *
   * @throws IllegalStateException if they have been taken already
   */
  double[] take() {
    double[] values = new double[size];
    takeEach((piece, at) -> System.arraycopy(piece, 0, values, at, piece.length));
    return values;
  }

  /** As {@link #take}, in single precision. */
  float[] takeFloats() {
    float[] values = new float[size];
    takeEach(
        (piece, at) -> {
          for (int i = 0; i < piece.length; i++) {
            values[at + i] = (float) piece[i];
          }
        });
    return values;
  }

  private void takeEach(ObjIntConsumer<double[]> pieceAndPlace) {
    if (taken) {
      throw new IllegalStateException("The constants of this form have been taken already");
    }
    taken = true;
    int at = 0;
    for (int i = 0; i < pieces.size(); i++) {
      double[] piece = pieces.set(i, null);
      pieceAndPlace.accept(piece, at);
      at += piece.length;
    }
    pieces.clear();
  }

  /** The integers as a TorchScript list. */
  String integers() {
    var list = new StringJoiner(", ", "[", "]");
    integers.forEach(i -> list.add(Integer.toString(i)));
    return list.toString();
  }
}
