package org.e2spark.data.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.e2spark.data.query.StoredRow;
import org.e2spark.data.shard.ShardLayout;
import org.e2spark.data.shard.ShardOutput;
import org.e2spark.data.shard.ShardSummary;
import org.e2spark.data.shard.ShardWriter;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.text.Text;

/**
 * Writes one partition of images and labels to shards whose names no other attempt shares.
 *
 * @param classes number of classes, or 0 if they are counted
 * @param labels what the column of labels holds
 * @param divided whether a third column says which rows are for validation; weights, where the
 *     layout has them, are in the last column
 */
record SpillTask(
    String directory,
    Broadcast<SerializableConfiguration> configuration,
    ShardLayout layout,
    int classes,
    int rowsPerShard,
    LabelColumn labels,
    boolean divided)
    implements FlatMapFunction<Iterator<StoredRow>, SpillTask.Spilled> {
  private static final int PARTITION_SHIFT = 40;
  private static final int MOST_CLASSES = 1 << 16;

  /** A shard that is whole. */
  record Spilled(int partition, int index, String split, String file, ShardSummary summary)
      implements Serializable {}

  @Override
  public Iterator<Spilled> call(Iterator<StoredRow> rows) throws IOException {
    try (Sink sink = new Sink()) {
      while (rows.hasNext()) {
        StoredRow row = rows.next();
        if (row.isNull(0) || row.isNull(1) || (divided && row.isNull(2))) {
          throw sink.isNull();
        }
        boolean validates = divided && row.getInt(2) != 0;
        sink.add(
            validates ? sink.validation : sink.train,
            row.getBytes(0),
            labels.get(row, 1),
            sink.weight(row, divided ? 3 : 2));
      }
      return sink.finish();
    }
  }

  /** The shard of a split that is being written. */
  private static final class Open {
    private final String split;
    private String file;
    private ShardOutput.Attempt attempt;
    private ShardWriter writer;

    Open(String split) {
      this.split = split;
    }
  }

  /** The shards being written, and those before them. */
  private final class Sink implements AutoCloseable {
    private final ShardOutput output =
        ShardOutput.at(new Path(directory), configuration.value().value());
    private final int partition = TaskContext.getPartitionId();
    private final int most = classes == 0 ? MOST_CLASSES : classes;
    private final List<Spilled> done = new ArrayList<>();
    private final Open train = new Open(ShardedDataset.SPLIT);
    private final Open validation = new Open(ShardedDataset.VALIDATION);
    private int files;
    private long rows;

    private Sink() throws IOException {}

    double weight(StoredRow row, int column) {
      if (!layout.weighted()) {
        return 1;
      }
      double weight = row.isNull(column) ? Double.NaN : row.getDouble(column);
      if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
        throw bad("a weight >= 0", row.isNull(column) ? "weight null" : "weight " + weight);
      }
      return weight;
    }

    void add(Open shard, ByteBuffer image, double label, double weight) throws IOException {
      if (shard.writer == null) {
        long task = TaskContext.get().taskAttemptId();
        TaskContext.get().killTaskIfInterrupted();
        shard.file = Text.format("part-%05d-%d-%05d.arrow", partition, task, files++);
        shard.attempt = output.attempt(shard.file);
        shard.writer = new ShardWriter(shard.attempt.stream(), layout, most);
      }
      if (image.remaining() != layout.imageBytes()
          || !(label >= 0 && label < most && label == Math.rint(label))) {
        throw bad(
            layout.imageBytes() + " bytes and a whole label in [0, " + most + ")",
            image.remaining()
                + " bytes and label "
                + (label == (long) label ? Long.toString((long) label) : Double.toString(label)));
      }
      long id = ((long) partition << PARTITION_SHIFT) + rows;
      if (layout.weighted()) {
        shard.writer.addWeighted(id, (int) label, image, weight);
      } else {
        shard.writer.add(id, (int) label, image);
      }
      rows++;
      if (shard.writer.rows() == rowsPerShard) {
        roll(shard);
      }
    }

    private void roll(Open shard) throws IOException {
      ShardSummary summary = shard.writer.finish();
      shard.writer.close();
      shard.writer = null;
      shard.attempt.publish(summary);
      done.add(
          new Spilled(
              partition,
              done.size(),
              shard.split,
              shard.file,
              classes == 0 ? trimmed(summary) : summary));
    }

    Iterator<Spilled> finish() throws IOException {
      for (Open shard : List.of(train, validation)) {
        if (shard.writer != null) {
          roll(shard);
        }
      }
      return done.iterator();
    }

    BadImageDataException isNull() {
      return bad("an image and a label", "null");
    }

    private BadImageDataException bad(String expected, String found) {
      return new BadImageDataException(
          "the DataFrame, row " + rows + " of partition " + partition, expected, found);
    }

    @Override
    public void close() throws IOException {
      for (Open shard : List.of(train, validation)) {
        if (shard.writer != null) {
          shard.writer.close();
          shard.attempt.abandon();
        }
      }
    }
  }

  private static ShardSummary trimmed(ShardSummary summary) {
    int length = summary.classCounts().length;
    while (summary.classCounts()[length - 1] == 0) {
      length--;
    }
    return summary.ofClasses(length);
  }
}
