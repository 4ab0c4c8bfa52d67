package org.e2spark.sync;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Sums over a range of micro-batches as the nodes of a binary tree over all of them: node i of
 * level l is the sum of micro-batches i 2^l to (i+1) 2^l - 1, its left child's plus its right
 * child's. A range is held as the fewest nodes that make it up, and siblings merge as soon as both
 * are there; so what a node's bits are does not depend on where the range was cut.
 */
final class TreeStack {

  /** A node of the tree. */
  record Node(int level, int index) {

    boolean isLeftOf(Node other) {
      return level == other.level && index % 2 == 0 && other.index == index + 1;
    }

    Node parent() {
      return new Node(level + 1, index / 2);
    }
  }

  private final FloatAdder adder = new FloatAdder();
  private final IntFunction<ByteBuffer> slots;
  private final List<Node> nodes = new ArrayList<>();

  /**
   * An empty range.
   *
   * @param slots the memory of each place in the stack, little-endian, all of one size
   */
  TreeStack(IntFunction<ByteBuffer> slots) {
    this.slots = slots;
  }

  /** The nodes of a range, in order. */
  static List<Node> nodes(int first, int end) {
    List<Node> nodes = new ArrayList<>();
    for (int leaf = first; leaf < end; leaf += 1 << nodes.get(nodes.size() - 1).level()) {
      int fits = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(end - leaf);
      int level = Math.min(fits, Integer.numberOfTrailingZeros(leaf));
      nodes.add(new Node(level, leaf >> level));
    }
    return nodes;
  }

  List<Node> nodes() {
    return nodes;
  }

  ByteBuffer values(int place) {
    return slots.apply(place);
  }

  void clear() {
    nodes.clear();
  }

  /** Appends the next node, which is copied, and merges what is whole. */
  void push(Node node, ByteBuffer values) {
    FloatBuffer slot = slots.apply(nodes.size()).asFloatBuffer();
    slot.put(values.asFloatBuffer());
    place(node);
  }

  /** {@link #push} of a node whose values are in their place. */
  void place(Node node) {
    nodes.add(node);
    while (nodes.size() > 1 && nodes.get(nodes.size() - 2).isLeftOf(nodes.get(nodes.size() - 1))) {
      Node parent = nodes.get(nodes.size() - 1).parent();
      addTop();
      nodes.set(nodes.size() - 1, parent);
    }
  }

  /** Sums what is left from the right; that order depends on the number of micro-batches alone. */
  ByteBuffer fold() {
    while (nodes.size() > 1) {
      addTop();
    }
    return slots.apply(0);
  }

  private void addTop() {
    FloatBuffer left = slots.apply(nodes.size() - 2).asFloatBuffer();
    FloatBuffer right = slots.apply(nodes.size() - 1).asFloatBuffer();
    adder.add(left, 0, right, 0, left.remaining());
    nodes.remove(nodes.size() - 1);
  }
}
