package org.e2spark.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.e2spark.sync.Communicator;

/**
 * Whether all workers hold the same bits, as they must after every step.
 *
 * <p>Each worker adds its digests, in halves of 16 bits that float32 holds exactly, to zeros of the
 * others; so after one sum everybody knows all of them.
 */
record ReplicaAgreement(Communicator communicator) {

  private static final int HALF = 16;
  private static final int MASK = (1 << HALF) - 1;

  /**
   * Compares one digest of everything, and those of single tensors only where it differs.
   *
   * @param digests of this worker's tensors by name, the same names in the same order everywhere
   * @param where in the training, for the message
   * @throws TrainingException on every worker, naming the first tensor and rank that differ
   */
  void check(Map<String, Integer> digests, String where) {
    if (communicator.worldSize() == 1) {
      return;
    }
    CRC32C all = new CRC32C();
    for (int digest : digests.values()) {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        all.update(digest >>> shift);
      }
    }
    if (firstDifference(List.of((int) all.getValue())) == null) {
      return;
    }
    List<String> names = new ArrayList<>(digests.keySet());
    Difference difference = firstDifference(List.copyOf(digests.values()));
    throw new TrainingException(
        "Ranks 0 and "
            + difference.rank()
            + " differ "
            + where
            + ", first in "
            + names.get(difference.tensor())
            + ": this is a defect of e2spark, of a layer whose buffers are not averaged, or of a"
            + " machine; nothing was saved from it");
  }

  private record Difference(int tensor, int rank) {}

  private Difference firstDifference(List<Integer> own) {
    int world = communicator.worldSize();
    int width = 2 * own.size();
    float[] table = new float[world * width];
    for (int i = 0; i < own.size(); i++) {
      table[communicator.rank() * width + 2 * i] = own.get(i) >>> HALF;
      table[communicator.rank() * width + 2 * i + 1] = own.get(i) & MASK;
    }
    communicator.allReduceSum(table);
    for (int i = 0; i < own.size(); i++) {
      for (int rank = 1; rank < world; rank++) {
        if (table[2 * i] != table[rank * width + 2 * i]
            || table[2 * i + 1] != table[rank * width + 2 * i + 1]) {
          return new Difference(i, rank);
        }
      }
    }
    return null;
  }
}
