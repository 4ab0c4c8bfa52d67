package org.e2spark.infer;

import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.SizeConversion;
import org.e2spark.data.source.TableImages;
import org.e2spark.data.task.UserPath;

/**
 * What {@link ExtractJob} reads, computes and writes.
 *
 * @param model a model's directory, or a run's, whose model is then meant
 * @param from prepared shards, a folder of image files, or a table (Parquet, Delta)
 * @param split of shards
 * @param imageColumn of a table
 * @param binary what the images of a table are, if they are binary
 * @param sizes what becomes of images of other sizes than the model's
 * @param invalid what becomes of images that cannot be read
 * @param request which features; null for none
 * @param predictions whether class, name and probabilities are added
 * @param to the folder to write: one that is not there, or that an unfinished run of the same has
 *     left
 * @param format of the output
 */
public record ExtractOptions(
    String model,
    String from,
    String split,
    String imageColumn,
    TableImages binary,
    SizeConversion sizes,
    InvalidImages invalid,
    FeatureRequest request,
    Predictions predictions,
    String to,
    TableFormat format)
    implements Serializable {

  /** Whether what the network takes images for is added. */
  public enum Predictions {
    /** Features alone. */
    LEFT_OUT,
    /** {@code probabilities}, {@code prediction} and {@code className}. */
    ADDED
  }

  /** How tables are stored. */
  public enum TableFormat {
    /** Parquet files. */
    PARQUET,
    /** A Delta table; needs Delta Lake's jar. */
    DELTA
  }

  /**
   * Checks that anything is asked for.
   *
   * @throws IllegalArgumentException if not
   */
  public ExtractOptions {
    if (request == null && predictions == Predictions.LEFT_OUT) {
      throw new IllegalArgumentException("Neither features nor predictions are asked for");
    }
  }

  /** The same, each path with its file system and without a slash at its end. */
  ExtractOptions qualified(Configuration configuration) {
    return new ExtractOptions(
        UserPath.qualify(model, configuration).toString(),
        UserPath.qualify(from, configuration).toString(),
        split,
        imageColumn,
        binary,
        sizes,
        invalid,
        request,
        predictions,
        UserPath.qualify(to, configuration).toString(),
        format);
  }
}
