package org.e2spark.infer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.e2spark.data.source.BadImageDataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds what a network says of images to the rows of a partition, a few at a time, in their order.
 * The batches follow from the partition alone, so a task that is repeated gives the same bits.
 *
 * @param model the network
 * @param request null for no features
 * @param image the column
 * @param added the columns
 * @param invalid what becomes of rows without an image that can be read
 */
record InferenceTask(
    SentModel model,
    FeatureRequest request,
    ImageColumn image,
    InferenceColumns added,
    InvalidImages invalid)
    implements MapPartitionsFunction<Row, Row> {

  /** Images of a pass. */
  static final int BATCH = 64;

  private static final Logger log = LoggerFactory.getLogger(InferenceTask.class);

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return rows;
    }
    Part part = new Part(rows, model.lease(request));
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> part.end());
    return part;
  }

  /** A row that waits for its batch; its image could not be read if there is a reason. */
  private record Waiting(Row row, String reason) {}

  /** A partition's rows on their way through the network. */
  private final class Part implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final SharedNetworks.Lease network;
    private final Queue<Row> done = new ArrayDeque<>(BATCH);
    private long bad;
    private String firstReason;

    Part(Iterator<Row> rows, SharedNetworks.Lease network) {
      this.rows = rows;
      this.network = network;
    }

    @Override
    public boolean hasNext() {
      while (done.isEmpty() && rows.hasNext()) {
        fill();
      }
      return !done.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return done.remove();
    }

    private void fill() {
      TaskContext.get().killTaskIfInterrupted();
      List<Waiting> batch = new ArrayList<>(BATCH);
      List<byte[]> pixels = new ArrayList<>(BATCH);
      while (batch.size() < BATCH && rows.hasNext()) {
        Row row = rows.next();
        try {
          pixels.add(image.pixels(row));
          batch.add(new Waiting(row, null));
        } catch (BadImageDataException e) {
          note(e);
          if (invalid == InvalidImages.KEEP) {
            batch.add(new Waiting(row, e.getMessage()));
          }
        }
      }
      Iterator<ExportedNetwork.Result> results =
          pixels.isEmpty()
              ? Collections.emptyIterator()
              : network.network().apply(pixels).iterator();
      for (Waiting each : batch) {
        done.add(
            extended(
                each.row(),
                each.reason() == null
                    ? added.values(results.next())
                    : added.invalid(each.reason())));
      }
    }

    private void note(BadImageDataException e) {
      if (invalid == InvalidImages.ERROR) {
        throw e;
      }
      bad++;
      if (firstReason == null) {
        firstReason = e.getMessage();
      }
    }

    private void end() {
      network.close();
      if (bad > 0) {
        log.warn(
            "{} images of partition {} cannot be read and are {}; the first: {}",
            bad,
            TaskContext.getPartitionId(),
            invalid == InvalidImages.SKIP ? "left out" : "kept without results",
            firstReason);
      }
    }
  }

  private static Row extended(Row row, List<Object> values) {
    Object[] all = new Object[row.size() + values.size()];
    for (int i = 0; i < row.size(); i++) {
      all[i] = row.get(i);
    }
    for (int i = 0; i < values.size(); i++) {
      all[row.size() + i] = values.get(i);
    }
    return RowFactory.create(all);
  }
}
