package org.e2spark.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.prepare.PrepareJob;
import org.e2spark.data.prepare.PrepareOptions;
import org.e2spark.data.prepare.PrepareReport;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.known.SourceCatalog;
import org.e2spark.data.source.known.SourceOptions;
import org.e2spark.data.task.UserPath;
import org.e2spark.engine.RunOptions;
import org.e2spark.engine.TrainJob;
import org.e2spark.engine.TrainResult;
import org.e2spark.events.TrainListener;
import org.e2spark.infer.EvaluateJob;
import org.e2spark.train.TrainOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does an experiment again, from the raw images to the test errors of all its seeds. What was done
 * before is found in the folder, and not done again; a run that was cut short goes on.
 *
 * @param recipe the experiment
 * @param from the folder of the raw images
 * @param out the folder of shards and runs
 * @param scale how much smaller
 * @param seeds runs, at least 1
 */
public record Reproduction(Recipe recipe, String from, String out, Scale scale, int seeds) {

  private static final Logger log = LoggerFactory.getLogger(Reproduction.class);
  private static final String TEST = "test";

  /** Images of a scaled experiment that are not used. */
  private static final String UNUSED = "unused";

  /**
   * What came out.
   *
   * @param parameters of the network
   * @param images that it was trained on
   * @param errors on the test images, percent, by seed
   */
  public record Outcome(long parameters, long images, List<Double> errors) {

    /** Copies the list. */
    public Outcome {
      errors = List.copyOf(errors);
    }

    /** Percent. */
    public double mean() {
      return errors.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** The standard deviation over the seeds, percent; no number for one seed. */
    public double spread() {
      double mean = mean();
      double squares = errors.stream().mapToDouble(e -> (e - mean) * (e - mean)).sum();
      return Math.sqrt(squares / (errors.size() - 1));
    }
  }

  /** One of the trainings, which somebody listens to. */
  @FunctionalInterface
  public interface Training {
    /** Trains to the end. */
    TrainResult run(TrainListener listener);
  }

  /** Stands around each of the trainings. */
  @FunctionalInterface
  public interface Watch {
    /** Runs a training with a listener of its own. */
    TrainResult over(TrainOptions options, int seed, Training training);
  }

  /**
   * Prepares, trains and measures.
   *
   * @throws IllegalArgumentException if there is no seed
   * @throws org.e2spark.data.source.BadImageDataException if the raw images are not what they
   *     should be
   * @throws org.e2spark.train.RequirementException if the folder holds something else
   */
  public Outcome run(SparkSession spark, Watch watch) {
    if (seeds < 1) {
      throw new IllegalArgumentException("Invalid seeds: " + seeds + " (must be at least 1)");
    }
    List<Double> errors = new ArrayList<>();
    long parameters = 0;
    long images = 0;
    for (int seed = 1; seed <= seeds; seed++) {
      Prepared prepared = prepare(spark, seed);
      images = prepared.report.manifest().split(PrepareOptions.TRAIN).samples();
      Path shards = prepared.shards;
      TrainOptions options = options(shards.toString(), seed);
      RunOptions run = RunOptions.in(run(spark, seed));
      TrainResult trained =
          watch.over(options, seed, listener -> TrainJob.run(spark, options, run, listener));
      parameters = trained.card().parameters();
      errors.add(
          100 * EvaluateJob.run(spark, trained.model(), shards.toString(), TEST).errorRate());
    }
    return new Outcome(parameters, images, errors);
  }

  /** The training of one seed. */
  TrainOptions options(String shards, long seed) {
    TrainOptions full = recipe.options(shards, seed);
    return scale.work() == 1
        ? full
        : full.toBuilder()
            .network(scale.of(recipe.spec()))
            .epochs(scale.of(full.epochs()))
            .schedule(scale.of(full.schedule()))
            .build();
  }

  private String run(SparkSession spark, int seed) {
    Path runs = new Path(qualified(spark, out), folder(recipe.name()));
    return new Path(runs, "seed-" + seed).toString();
  }

  private static Path qualified(SparkSession spark, String path) {
    return UserPath.qualify(path, spark.sparkContext().hadoopConfiguration());
  }

  private static String folder(String name) {
    return name.replace(':', '-');
  }

  private record Prepared(Path shards, PrepareReport report) {}

  /** Shards of a division have the seed's own choice of images. */
  private Prepared prepare(SparkSession spark, int seed) {
    int chosen = scale.work() == 1 && recipe.division().isEmpty() ? 1 : seed;
    ImageSource source =
        SourceCatalog.open(
            spark,
            recipe.set(),
            qualified(spark, from).toString(),
            SourceOptions.builder().seed(chosen).build());
    Map<String, Double> division = division(source.check(spark).images(PrepareOptions.TRAIN));
    PrepareOptions.Builder options = PrepareOptions.builder().seed(chosen);
    if (!division.isEmpty()) {
      options.division(division);
    }
    if (recipe.padding() > 0) {
      options.padding(recipe.padding(), recipe.padding());
    }
    Path shards = shards(spark, division, chosen);
    return new Prepared(shards, PrepareJob.run(spark, source, shards, options.build()));
  }

  /** Recipes that take the same images in the same way share them. */
  private Path shards(SparkSession spark, Map<String, Double> division, int chosen) {
    List<String> parts = new ArrayList<>(List.of(folder(recipe.set())));
    if (recipe.padding() > 0) {
      parts.add("padded-" + recipe.padding());
    }
    division.forEach((split, share) -> parts.add(split + "-" + Math.round(100 * share)));
    parts.add("seed-" + chosen);
    return new Path(qualified(spark, out), "shards/" + String.join("-", parts));
  }

  /** Of a folder with fewer images than were published, a scaled experiment takes as many. */
  private Map<String, Double> division(long present) {
    double published = recipe.images() / recipe.division().getOrDefault(PrepareOptions.TRAIN, 1.0);
    double wanted = scale.factor() * published;
    double share = Math.min(1, wanted / present);
    if (present < Math.floor(wanted)) {
      log.warn(
          "{} has {} images to train on, and {} needs {}: all of them are used",
          from,
          present,
          recipe.name(),
          Math.round(wanted));
    }
    if (share == 1 || scale.work() == 1) {
      return recipe.division();
    }
    Map<String, Double> parts =
        recipe.division().isEmpty() ? Map.of(PrepareOptions.TRAIN, 1.0) : recipe.division();
    Map<String, Double> division = new TreeMap<>();
    parts.forEach((name, part) -> division.put(name, part * share));
    division.put(UNUSED, 1 - division.values().stream().mapToDouble(Double::doubleValue).sum());
    return division;
  }
}
