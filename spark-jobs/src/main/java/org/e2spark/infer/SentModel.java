package org.e2spark.infer;

import ai.djl.Device;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.e2spark.cache.BoundedCache;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.engine.Devices;
import org.e2spark.engine.EngineSettings;
import org.e2spark.savedmodel.SavedModel;

/**
 * A model on its way to tasks: executors fetch it once for an application, and each of them builds
 * one network of it.
 *
 * @param fingerprint of card and weights
 * @param threads of the tensor engine, for each task
 * @param model its bytes
 */
record SentModel(String fingerprint, int threads, Broadcast<byte[]> model) implements Serializable {

  private static final int KEPT = 8;

  private record Key(String application, String fingerprint) {}

  private static final BoundedCache<Key, Broadcast<byte[]>> SENT = BoundedCache.ofSize(KEPT);

  /** Sends a model, unless it was sent already. */
  static SentModel of(SparkContext context, IdentifiedModel model, int threads) {
    Key key = new Key(context.applicationId() + "-" + context.startTime(), model.fingerprint());
    return new SentModel(
        model.fingerprint(),
        threads,
        SENT.get(
            key,
            () ->
                TaskBoundary.broadcast(JavaSparkContext.fromSparkContext(context), model.model())));
  }

  /** The network, for the calling task. */
  SharedNetworks.Lease lease(FeatureRequest request) {
    EngineSettings.apply(threads);
    TaskContext task = TaskContext.get();
    Device device = task == null ? Device.cpu() : Devices.of(task);
    return SharedNetworks.JVM.lease(
        fingerprint, request, device, () -> TaskBoundary.<SavedModel>valueOf(model));
  }
}
