package org.e2spark.train;

/**
 * The fewest images that a pass has in an epoch, where the work of a step is divided over workers.
 *
 * @param images of an epoch, at least 1
 * @param batch images of a step
 * @param microBatch images of a pass; 0 for one pass over a worker's whole part
 * @param workers that share a step
 */
public record LeastPass(long images, int batch, int microBatch, int workers) {

  /** Whether some pass has a single image. */
  public boolean isSingle() {
    int last = (int) (images % batch);
    return (images >= batch && isSingle(batch)) || (last > 0 && isSingle(last));
  }

  private boolean isSingle(int step) {
    return microBatch == 0 ? step < 2 * workers : microBatch == 1 || step % microBatch == 1;
  }

  /**
   * The batch nearest to this one, smaller if two are, under which no pass has a single image.
   *
   * @return this batch where there is none
   */
  public int nearestBatch() {
    for (int distance = 1; distance < Math.max(batch, images); distance++) {
      for (int other : new int[] {batch - distance, batch + distance}) {
        if (other > 0 && !new LeastPass(images, other, microBatch, workers).isSingle()) {
          return other;
        }
      }
    }
    return batch;
  }
}
