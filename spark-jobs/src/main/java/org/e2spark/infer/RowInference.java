package org.e2spark.infer;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.e2spark.engine.ClusterPreflight;

/** What a network says of single images, in whatever task asks. */
public final class RowInference implements Serializable {

  private static final long serialVersionUID = 1L;

  private final SentModel model;
  private final InferenceColumns columns;
  private transient SharedNetworks.Lease network;

  private RowInference(SentModel model, InferenceColumns columns) {
    this.model = model;
    this.columns = columns;
  }

  /** Sends a model to tasks. */
  public static RowInference of(
      SparkContext context, IdentifiedModel model, InferenceColumns columns) {
    ClusterPreflight cluster = new ClusterPreflight(context);
    return new RowInference(
        SentModel.of(context, model, cluster.threads(cluster.slots())), columns);
  }

  /** The columns' values for an image of pixels, (channels, height, width). */
  public Row apply(byte[] pixels) {
    TaskContext task = TaskContext.get();
    if (task == null) {
      try (SharedNetworks.Lease once = model.lease(null)) {
        return row(once, pixels);
      }
    }
    if (network == null) {
      SharedNetworks.Lease taken = model.lease(null);
      network = taken;
      task.addTaskCompletionListener((TaskCompletionListener) ended -> taken.close());
    }
    return row(network, pixels);
  }

  private Row row(SharedNetworks.Lease lease, byte[] pixels) {
    return RowFactory.create(
        columns.values(lease.network().apply(List.of(pixels)).get(0)).toArray());
  }
}
