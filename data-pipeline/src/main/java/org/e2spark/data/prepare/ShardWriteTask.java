package org.e2spark.data.prepare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.e2spark.data.query.StoredRow;
import org.e2spark.data.shard.ShardLayout;
import org.e2spark.data.shard.ShardOutput;
import org.e2spark.data.shard.ShardSummary;
import org.e2spark.data.shard.ShardWriter;
import org.e2spark.data.text.Text;

/** Writes the shards of one partition, whose rows come shard by shard and by ascending id. */
record ShardWriteTask(
    String directory,
    Broadcast<SerializableConfiguration> configuration,
    ShardLayout layout,
    int classes,
    List<ShardSlot> slots)
    implements FlatMapFunction<Iterator<StoredRow>, ShardWriteTask.Written> {

  /** A shard that is whole. */
  record Written(int slot, ShardSummary summary) implements java.io.Serializable {}

  @Override
  public Iterator<Written> call(Iterator<StoredRow> rows) throws IOException {
    Configuration hadoop = configuration.value().value();
    ShardOutput output = ShardOutput.at(new Path(directory), hadoop);
    List<Written> written = new ArrayList<>();
    StoredRow row = rows.hasNext() ? rows.next() : null;
    while (row != null) {
      int slot = row.getInt(0);
      ShardOutput.Attempt attempt = output.attempt(slots.get(slot).file());
      boolean published = false;
      try (ShardWriter writer = new ShardWriter(attempt.stream(), layout, classes)) {
        while (row != null && row.getInt(0) == slot) {
          writer.add(
              row.getLong(1), row.getInt(2), row.getBytes(3), row.getFloat(4), row.getInt(5));
          row = rows.hasNext() ? rows.next() : null;
        }
        ShardSummary summary = writer.finish();
        check(slots.get(slot), summary);
        attempt.publish(summary);
        published = true;
        written.add(new Written(slot, summary));
      } finally {
        if (!published) {
          attempt.abandon();
        }
      }
    }
    return written.iterator();
  }

  private static void check(ShardSlot slot, ShardSummary summary) {
    if (summary.rows() != slot.rows()) {
      throw new IllegalStateException(
          Text.format(
              "Shard %s got %s rows where %s were counted: the source changed while it was read,"
                  + " or repeats ids",
              slot.file(), summary.rows(), slot.rows()));
    }
  }
}
