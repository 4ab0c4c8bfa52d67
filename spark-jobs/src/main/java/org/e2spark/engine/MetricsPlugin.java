package org.e2spark.engine;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;

/**
 * Shows a training in Spark's metrics, and with them in whatever sink the cluster has (Prometheus,
 * JMX, Graphite, ...), where {@code spark.plugins} names this class. Without it nothing is missing
 * but that.
 *
 * <p>The gauges are those of the driver's application: {@code epoch} (from 1), {@code samples},
 * {@code loss}, {@code accuracy}, {@code imagesPerSecond}, {@code dataShare}, {@code computeShare},
 * {@code synchronisationShare}, {@code validationLoss}, {@code validationAccuracy}, {@code
 * restarts}. One is NaN until it is known. Of trainings that run at once in one application they
 * show whichever told last.
 */
public final class MetricsPlugin implements SparkPlugin {

  /** By application, for as long as it runs. */
  private static final Map<SparkContext, Gauges> RUNNING =
      Collections.synchronizedMap(new WeakHashMap<>());

  @Override
  public DriverPlugin driverPlugin() {
    return new Driver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return null;
  }

  /** Who shows an application's trainings; hears nothing where the plugin is not configured. */
  static TrainListener of(SparkContext context) {
    Gauges gauges = RUNNING.get(context);
    return gauges == null ? TrainListener.NONE : gauges;
  }

  private static final class Driver implements DriverPlugin {

    private final Gauges gauges = new Gauges();
    private SparkContext context;

    @Override
    public Map<String, String> init(SparkContext context, PluginContext plugin) {
      this.context = context;
      RUNNING.put(context, gauges);
      return Map.of();
    }

    @Override
    public void registerMetrics(String appId, PluginContext plugin) {
      gauges.register(plugin.metricRegistry());
    }

    @Override
    public void shutdown() {
      RUNNING.remove(context);
    }
  }

  /** The newest numbers; written by one thread at a time, read by Spark's. */
  private static final class Gauges implements TrainListener {

    private volatile TrainEvent.Progressed progress;
    private volatile EpochMetrics epoch;
    private volatile TrainEvent.Validated validation;
    private volatile int restarts;

    @Override
    public void happened(TrainEvent event) {
      if (event instanceof TrainEvent.Configured) {
        progress = null;
        epoch = null;
        validation = null;
        restarts = 0;
      } else if (event instanceof TrainEvent.Progressed now) {
        progress = now;
      } else if (event instanceof TrainEvent.EpochFinished finished) {
        epoch = finished.metrics();
      } else if (event instanceof TrainEvent.Validated found) {
        validation = found;
      } else if (event instanceof TrainEvent.Restarted restarted) {
        restarts = restarted.attempt();
      }
    }

    void register(MetricRegistry registry) {
      progress(registry, "epoch", now -> now.epoch() + 1);
      progress(registry, "samples", TrainEvent.Progressed::samples);
      progress(registry, "loss", TrainEvent.Progressed::loss);
      progress(registry, "accuracy", TrainEvent.Progressed::accuracy);
      epoch(registry, "imagesPerSecond", EpochMetrics::imagesPerSecond);
      epoch(registry, "dataShare", last -> last.shares().data());
      epoch(registry, "computeShare", last -> last.shares().compute());
      epoch(registry, "synchronisationShare", last -> last.shares().synchronisation());
      validation(registry, "validationLoss", found -> found.metrics().loss());
      validation(registry, "validationAccuracy", found -> found.metrics().accuracy());
      registry.register("restarts", (Gauge<Integer>) () -> restarts);
    }

    private void progress(
        MetricRegistry registry, String name, ToDoubleFunction<TrainEvent.Progressed> value) {
      registry.register(name, (Gauge<Double>) () -> valueOr(progress, value));
    }

    private void epoch(MetricRegistry registry, String name, ToDoubleFunction<EpochMetrics> value) {
      registry.register(name, (Gauge<Double>) () -> valueOr(epoch, value));
    }

    private void validation(
        MetricRegistry registry, String name, ToDoubleFunction<TrainEvent.Validated> value) {
      registry.register(name, (Gauge<Double>) () -> valueOr(validation, value));
    }

    private static <T> double valueOr(T source, ToDoubleFunction<T> value) {
      return source == null ? Double.NaN : value.applyAsDouble(source);
    }
  }
}
