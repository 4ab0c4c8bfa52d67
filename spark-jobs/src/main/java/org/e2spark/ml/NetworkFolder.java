package org.e2spark.ml;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.e2spark.data.task.UserPath;
import org.e2spark.engine.RunDirectory;
import org.e2spark.infer.IdentifiedModel;
import org.e2spark.savedmodel.SavedModel;

/**
 * What has a network, saved: Spark ML's metadata and, in the folder {@value #NETWORK}, a {@link
 * SavedModel}.
 */
final class NetworkFolder {

  private static final String NETWORK = "network";

  private NetworkFolder() {}

  /** Saves Params and network. */
  static final class Writer extends MLWriter {
    private final Params owner;
    private final IdentifiedModel network;

    /**
     * @param network null for none
     */
    Writer(Params owner, IdentifiedModel network) {
      this.owner = owner;
      this.network = network;
    }

    @Override
    public void saveImpl(String path) {
      Configuration configuration = sparkSession().sparkContext().hadoopConfiguration();
      DefaultParamsWriter$.MODULE$.saveMetadata(owner, path, sparkSession());
      if (network != null) {
        network.model().write(folder(path, configuration), configuration);
      }
    }
  }

  /** Makes something of a uid and a network, which may be null. */
  interface Maker<T> {
    T make(String uid, IdentifiedModel network);
  }

  /** Loads what {@link Writer} has saved. */
  static final class Reader<T extends Params> extends MLReader<T> {
    private final Class<T> type;
    private final Maker<T> maker;

    Reader(Class<T> type, Maker<T> maker) {
      this.type = type;
      this.maker = maker;
    }

    @Override
    public T load(String path) {
      Configuration configuration = sparkSession().sparkContext().hadoopConfiguration();
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader$.MODULE$.loadMetadata(path, sparkSession(), type.getName());
      Path folder = folder(path, configuration);
      IdentifiedModel network =
          SavedModel.isIn(folder, configuration)
              ? IdentifiedModel.of(SavedModel.read(folder, configuration))
              : null;
      T loaded = maker.make(metadata.uid(), network);
      metadata.getAndSetParams(loaded, metadata.getAndSetParams$default$2());
      return loaded;
    }
  }

  /**
   * The model in a directory: one of {@link SavedModel}, what {@link Writer} has saved, or a run's.
   *
   * @throws org.e2spark.checkpoint.CheckpointException if there is no whole one
   */
  static IdentifiedModel model(String path, Configuration configuration) {
    Path own = folder(path, configuration);
    Path model =
        SavedModel.isIn(own, configuration)
            ? own
            : RunDirectory.modelIn(UserPath.qualify(path, configuration), configuration);
    return IdentifiedModel.of(SavedModel.read(model, configuration));
  }

  private static Path folder(String path, Configuration configuration) {
    return new Path(UserPath.qualify(path, configuration), NETWORK);
  }
}
