package org.e2spark.ml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.infer.LoadedNetwork;
import org.e2spark.savedmodel.SavedModel;

/**
 * Adds a network's predictions to the rows of a partition, a few at a time.
 *
 * @param model the network
 * @param threads of the tensor engine
 * @param images how to read the images
 * @param column index of theirs
 * @param added the columns
 */
record PredictTask(
    Broadcast<byte[]> model, int threads, ImageUdf images, int column, PredictionColumns added)
    implements MapPartitionsFunction<Row, Row> {

  private static final int BATCH = 64;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return rows;
    }
    LoadedNetwork network = LoadedNetwork.load(TaskBoundary.<SavedModel>valueOf(model), threads);
    TaskCompletionListener close = context -> network.close();
    TaskContext.get().addTaskCompletionListener(close);
    Queue<Row> done = new ArrayDeque<>();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !done.isEmpty() || rows.hasNext();
      }

      @Override
      public Row next() {
        if (done.isEmpty()) {
          predict(rows, network, done);
        }
        return done.remove();
      }
    };
  }

  private void predict(Iterator<Row> rows, LoadedNetwork network, Queue<Row> done) {
    List<Row> batch = new ArrayList<>();
    List<byte[]> pixels = new ArrayList<>();
    while (batch.size() < BATCH && rows.hasNext()) {
      Row row = rows.next();
      batch.add(row);
      pixels.add(images.call(row.get(column)));
    }
    float[][] logits = network.logits(pixels);
    for (int i = 0; i < logits.length; i++) {
      done.add(extended(batch.get(i), added.values(logits[i])));
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
