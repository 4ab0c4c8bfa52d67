package org.e2spark.data.source.known;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.e2spark.data.augment.SampleRandom;

/**
 * Which images of a source are taken, into which split, under which id.
 *
 * @param ids new id of the image of each old id, or {@link #LEFT_OUT}
 * @param splits index of the split of each old id
 * @param names names of the splits
 */
@SuppressWarnings("ArrayRecordComponent") // as large as the set, never compared
record Selection(int[] ids, byte[] splits, List<String> names) implements Serializable {

  static final int LEFT_OUT = -1;

  /** The numbers of 0 up to {@code size} in an order that only the seed decides. */
  static int[] permutation(int size, long seed) {
    SampleRandom random = SampleRandom.of(seed, 0, 0);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** Takes {@code train} random images, then {@code test} others; ids count them in that order. */
  static Selection random(int size, int train, int test, long seed) {
    int[] order = permutation(size, seed);
    Selection selection = empty(size, List.of("train", "test"));
    for (int i = 0; i < train + test; i++) {
      selection.take(order[i], i, i < train ? 0 : 1);
    }
    return selection;
  }

  /**
   * Takes as many images of each class for training, then random others for validation, and the
   * rest for testing.
   *
   * @param labels label of each image
   * @param train number of training images, a multiple of the number of classes
   * @param validation number of validation images
   */
  static Selection balanced(int[] labels, int classes, int train, int validation, long seed) {
    int[] order = permutation(labels.length, seed);
    Selection selection = empty(labels.length, List.of("train", "validation", "test"));
    int[] taken = new int[classes];
    int id = 0;
    for (int old : order) {
      if (taken[labels[old]] < train / classes) {
        taken[labels[old]]++;
        selection.take(old, id++, 0);
      }
    }
    int rest = id + validation;
    for (int old : order) {
      if (selection.ids[old] == LEFT_OUT) {
        selection.take(old, id, id < rest ? 1 : 2);
        id++;
      }
    }
    return selection;
  }

  private static Selection empty(int size, List<String> names) {
    int[] ids = new int[size];
    Arrays.fill(ids, LEFT_OUT);
    return new Selection(ids, new byte[size], names);
  }

  private void take(int old, int id, int split) {
    ids[old] = id;
    splits[old] = (byte) split;
  }

  String split(int old) {
    return names.get(splits[old]);
  }
}
