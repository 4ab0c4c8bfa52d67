package org.e2spark.ml;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.Json;
import org.e2spark.data.prepare.ShardedDataset;
import org.e2spark.model.Presets;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.UnusedOptions;

/**
 * The Params of a training, each of which stands for a place in the JSON of {@link TrainOptions},
 * with its default: numbers and texts as they are, what has several kinds (optimiser, schedule,
 * class weights, local steps) as JSON in a text.
 */
final class TrainParams {

  /** What a fit says itself, or has no Param for. */
  static final List<String> GIVEN = List.of("data", "split", "validation.split");

  /** What a network of one's own is called. */
  private static final String OWN = "own";

  private final Params owner;
  private final ObjectNode defaults =
      Json.tree(TrainOptions.builder(OWN, "data").split(ShardedDataset.SPLIT).build());
  private final Map<Param<?>, String> places = new LinkedHashMap<>();

  final Param<String> preset;
  final Param<String> network;
  final IntParam maxEpochs;
  final IntParam batchSize;
  final IntParam microBatchSize;
  final Param<String> wireFormat;
  final Param<String> optimizer;
  final DoubleParam learningRate;
  final Param<String> schedule;
  final Param<String> warmUp;
  final Param<String> localSteps;
  final Param<String> classWeights;
  final DoubleParam labelSmoothing;
  final DoubleParam clipNorm;
  final IntParam skipNonFinite;
  final DoubleParam averageDecay;
  final Param<String> validateEvery;
  final Param<String> validationMetric;
  final DoubleParam minDelta;
  final IntParam patience;
  final BooleanParam restoreBest;
  final Param<String> startModel;
  final StringArrayParam reinitialize;
  final StringArrayParam frozen;
  final Param<String> augmentation;
  final Param<String> inputScale;
  final Param<String> evaluation;
  final Param<String> precision;
  final LongParam seed;

  TrainParams(Params owner) {
    this.owner = owner;
    preset = text("preset", "preset", "the network's name; e2spark presets lists all");
    network =
        text(
            "network",
            "network",
            "a network of one's own instead of a preset, as JSON; e2spark presets --show NAME prints"
                + " one to start from");
    maxEpochs = whole("maxEpochs", "epochs", 1, "times through the images, at least 1");
    batchSize = whole("batchSize", "batch", 1, "images of a step, over all workers, at least 1");
    microBatchSize =
        whole(
            "microBatchSize",
            "microBatch",
            0,
            "images of each pass, at most batchSize; 0 for a worker's whole part of the batch");
    wireFormat = text("wireFormat", "wire", "how gradients travel: float32 or bfloat16");
    optimizer =
        text(
            "optimizer", "optimizer", "the rule, as JSON: {\"rule\": \"adam\", ...}, adamw or sgd");
    learningRate = number("learningRate", "learningRate", "the highest learning rate, above 0");
    schedule =
        text(
            "schedule",
            "schedule",
            "how the learning rate changes, as JSON: {\"shape\": \"one-cycle\", ...}, constant, step,"
                + " exponential or cosine");
    warmUp = text("warmUp", "warmUp", "how long the learning rate rises: 500samples, 2epochs");
    localSteps =
        text(
            "localSteps",
            "localSteps",
            "how many steps workers make alone, as JSON; none as given");
    classWeights =
        text(
            "classWeights",
            "loss.classWeights",
            "how much each class counts, as JSON: {\"kind\": \"equal\"}, balanced or given");
    labelSmoothing =
        number(
            "labelSmoothing", "loss.labelSmoothing", "share of a label that is spread, in [0, 1)");
    clipNorm = number("clipNorm", "update.clipNorm", "longest gradient; 0 for any length");
    skipNonFinite =
        whole(
            "skipNonFinite",
            "update.skipNonFinite",
            0,
            "steps that may be left out for an infinite gradient");
    averageDecay =
        number(
            "averageDecay",
            "update.averageDecay",
            "of an exponential moving average of the weights, which becomes the model; 0 for none");
    validateEvery =
        text("validateEvery", "validation.every", "how long between measurements: 1epochs");
    validationMetric =
        text("validationMetric", "validation.metric", "what is watched: loss or accuracy");
    minDelta = number("minDelta", "validation.minDelta", "by how much a new best must be better");
    patience =
        whole(
            "patience",
            "validation.patience",
            0,
            "measurements without a new best after which training stops; 0 to go on");
    restoreBest =
        new BooleanParam(
            owner,
            "restoreBest",
            "whether the best weights become the model, and not the last ones");
    place(restoreBest, "validation.restoreBest");
    owner.setDefault(restoreBest, at("validation.restoreBest").booleanValue());
    startModel =
        text(
            "startModel",
            "start.model",
            "directory of a saved model, or of a run, to start from; none if empty");
    reinitialize =
        texts(
            "reinitialize",
            "start.reinitialize",
            "patterns of parameters that do not take that model's values");
    frozen = texts("frozen", "start.frozen", "patterns of parameters that nothing changes");
    augmentation = text("augmentation", "augmentation", "what happens to each image in each epoch");
    inputScale = text("inputScale", "inputScale", "how pixels become numbers: unit or standard");
    evaluation =
        text(
            "evaluation",
            "evaluation",
            "how convolutions are evaluated: dense, factorised or auto; as the network says if empty");
    precision = text("precision", "precision", "of the passes: float32 or bf16");
    seed = new LongParam(owner.uid(), "seed", "of first weights, order of images and augmentation");
    place(seed, "seed");
    owner.setDefault(seed, at("seed").longValue());
  }

  /** The place in the options' JSON that each Param stands for. */
  Map<Param<?>, String> places() {
    return places;
  }

  private JsonNode at(String place) {
    return defaults.at("/" + place.replace('.', '/'));
  }

  private void place(Param<?> param, String place) {
    places.put(param, place);
  }

  private IntParam whole(String name, String place, int least, String doc) {
    IntParam param = new IntParam(owner.uid(), name, doc, ParamValidators.gtEq(least));
    place(param, place);
    owner.setDefault(param, at(place).intValue());
    return param;
  }

  private DoubleParam number(String name, String place, String doc) {
    DoubleParam param = new DoubleParam(owner.uid(), name, doc, ParamValidators.gtEq(0));
    place(param, place);
    owner.setDefault(param, at(place).doubleValue());
    return param;
  }

  private Param<String> text(String name, String place, String doc) {
    Param<String> param = TextParam.of(owner.uid(), name, doc);
    place(param, place);
    JsonNode value = at(place);
    if (!name.equals("preset")) {
      owner.setDefault(
          param,
          value.isNull()
              ? ""
              : value.isTextual() ? value.textValue().toLowerCase(Locale.ROOT) : Json.line(value));
    }
    return param;
  }

  private StringArrayParam texts(String name, String place, String doc) {
    StringArrayParam param = new StringArrayParam(owner, name, doc);
    place(param, place);
    owner.setDefault(param, new String[0]);
    return param;
  }

  /**
   * What is to be trained.
   *
   * @param data the shard directory
   * @param validation the split to measure on; empty for none
   * @throws IllegalArgumentException naming what is not set or out of range
   */
  TrainOptions options(String data, String validation) {
    requireNetwork();
    ObjectNode options = defaults.deepCopy();
    options.put("data", data);
    options.withObject("/validation").put("split", validation);
    places.forEach(
        (param, place) -> {
          if (owner.isDefined(param)) {
            set(options, place, param);
          }
        });
    TrainOptions result;
    try {
      result =
          Json.convert(options, TrainOptions.class, "What the Params of " + owner.uid() + " say");
    } catch (CheckpointException e) {
      throw new IllegalArgumentException(why(e), e);
    }
    UnusedOptions.refuse(result);
    return result;
  }

  private void requireNetwork() {
    boolean isOwn = !owner.getOrDefault(network).isEmpty();
    if (isOwn == owner.isSet(preset)) {
      throw new IllegalArgumentException(
          isOwn
              ? "preset and network are both set: give one of them"
              : "preset is not set: name a network");
    }
    if (!isOwn) {
      Presets.require(owner.getOrDefault(preset));
    }
  }

  /** What a range says, or else which Param holds what is none of its values. */
  private String why(CheckpointException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException range) {
        return range.getMessage();
      }
      if (cause instanceof JsonMappingException mapping && mapping.getCause() == null) {
        String place =
            mapping.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .collect(Collectors.joining("."));
        for (Map.Entry<Param<?>, String> entry : places.entrySet()) {
          if (place.equals(entry.getValue()) || place.startsWith(entry.getValue() + ".")) {
            return "Invalid " + entry.getKey().name() + ": " + mapping.getOriginalMessage();
          }
        }
      }
    }
    return e.getMessage();
  }

  private <T> void set(ObjectNode options, String place, Param<T> param) {
    T value = owner.getOrDefault(param);
    int dot = place.lastIndexOf('.');
    ObjectNode parent =
        dot < 0
            ? options
            : (ObjectNode) options.at("/" + place.substring(0, dot).replace('.', '/'));
    String key = place.substring(dot + 1);
    JsonNode known = parent.get(key);
    if (value instanceof String text) {
      boolean tree = known.isObject() || known.isArray() || param.equals(network);
      if (text.isEmpty() && known.isNull()) {
        parent.putNull(key);
      } else if (tree) {
        parent.set(key, parsed(text, param.name()));
      } else {
        parent.put(key, text);
      }
    } else {
      parent.set(key, Json.node(value));
    }
  }

  private static JsonNode parsed(String text, String name) {
    try {
      return Json.read(text, JsonNode.class, name);
    } catch (CheckpointException e) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": '" + text + "' (must be JSON): " + e.getMessage(), e);
    }
  }
}
