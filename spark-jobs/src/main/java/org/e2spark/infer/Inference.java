package org.e2spark.infer;

import ai.djl.Device;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.e2spark.engine.ClusterPreflight;

/**
 * The one way of images through a trained network: a DataFrame in, the same with more columns out,
 * in the order of its rows; batch or streaming. Tasks of a JVM share one exported network, and hold
 * as many rows as a pass takes.
 *
 * @param model the network
 * @param request which features; null for none
 * @param added the columns
 * @param invalid what becomes of rows without an image that can be read
 */
public record Inference(
    IdentifiedModel model, FeatureRequest request, InferenceColumns added, InvalidImages invalid) {

  /**
   * Checks that the columns can be told apart.
   *
   * @throws IllegalArgumentException if rows are kept without a column that says why
   */
  public Inference {
    if ((invalid == InvalidImages.KEEP) == added.reason().isEmpty()) {
      throw new IllegalArgumentException(
          "A column for the reason is for rows that are kept although their image cannot be read"
              + " (handleInvalid keep), and is needed there");
    }
    if ((request != null) != added.hasFeatures()) {
      throw new IllegalArgumentException("Features and a column for them belong together");
    }
  }

  /**
   * Adds the columns, when an action asks for them.
   *
   * @throws IllegalArgumentException if the network has no such features, or a column is there
   *     already
   */
  public Dataset<Row> transform(Dataset<?> rows, ImageColumn image) {
    if (request != null) {
      requireFeatures();
    }
    StructType schema = added.append(rows.schema());
    SparkContext context = rows.sparkSession().sparkContext();
    ClusterPreflight cluster = new ClusterPreflight(context);
    SentModel sent = SentModel.of(context, model, cluster.threads(cluster.slots()));
    return rows.toDF()
        .mapPartitions(
            new InferenceTask(sent, request, image, added, invalid), Encoders.row(schema))
        .to(schema); // which brings back the columns' metadata, such as class names
  }

  /** Builds the network here, where it can be said early that it has no such layer. */
  private void requireFeatures() {
    SharedNetworks.JVM.lease(model.fingerprint(), request, Device.cpu(), model::model).close();
  }

  /** What the network says of one image, computed by the calling thread. */
  public static ExportedNetwork.Result apply(IdentifiedModel model, byte[] pixels) {
    try (SharedNetworks.Lease lease =
        SharedNetworks.JVM.lease(model.fingerprint(), null, Device.cpu(), model::model)) {
      return lease.network().apply(List.of(pixels)).get(0);
    }
  }
}
