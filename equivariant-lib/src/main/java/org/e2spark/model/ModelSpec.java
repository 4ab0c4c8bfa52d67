package org.e2spark.model;

import ai.djl.nn.Block;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.spec.Assembly;
import org.e2spark.spec.GSpaces;
import org.e2spark.spec.JsonTree;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.LayerSpec;
import org.e2spark.spec.OptionType;
import org.e2spark.spec.OptionTypes;
import org.e2spark.spec.SpecException;
import org.e2spark.text.Similar;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network as a value, from which it is built on any machine; {@link #toJson} and {@link #parse}
 * write and read it.
 *
 * <p>The network is a {@link Classifier}: layers, a reduction over space, and a head. Its
 * parameters are named {@code features.…}, by the layers' names or positions, and {@code head.…}.
 *
 * @param gspace its symmetries; null for a conventional network, whose layers are ordinary ones
 * @param input the images it is made for
 * @param classes at least 2
 * @param layers from the image, whose channels are trivial fields
 * @param reduction how images of features become one vector
 * @param head ordinary layers of that vector, before the linear map to one value a class
 */
public record ModelSpec(
    GSpace gspace,
    ImageInput input,
    int classes,
    List<LayerSpec> layers,
    Classifier.Reduction reduction,
    List<LayerSpec> head)
    implements Serializable {

  /** The version of the JSON that is written. */
  public static final int FORMAT_VERSION = 1;

  static final String VERSION = "formatVersion";
  static final String GSPACE = "gspace";
  static final String INPUT = "input";
  static final String CLASSES = "classes";
  static final String LAYERS = "layers";
  static final String REDUCTION = "reduction";
  static final String HEAD = "head";
  static final List<String> INPUT_KEYS = List.of("channels", "height", "width");

  private static final Logger log = LoggerFactory.getLogger(ModelSpec.class);

  /** Checks that every layer is of a known kind and has its options. */
  public ModelSpec {
    layers = List.copyOf(layers);
    head = List.copyOf(head);
    if (classes < 2) {
      throw new SpecException(CLASSES, classes + " (must be at least 2)");
    }
    kinds(gspace).read(layers.stream().map(LayerSpec::toTree).toList(), LAYERS);
    if (!head.isEmpty()) {
      OptionTypes.layers(LayerKind.Family.ORDINARY)
          .read(head.stream().map(LayerSpec::toTree).toList(), HEAD);
    }
  }

  static OptionType<List<LayerSpec>> kinds(GSpace gspace) {
    return OptionTypes.layers(
        gspace == null ? LayerKind.Family.ORDINARY : LayerKind.Family.EQUIVARIANT);
  }

  /** Starts an equivariant network. */
  public static Builder builder(GSpace gspace, ImageInput input, int classes) {
    return new Builder(gspace, input, classes);
  }

  /** Starts a network of ordinary layers. */
  public static Builder conventional(ImageInput input, int classes) {
    return new Builder(null, input, classes);
  }

  /** The symmetries, if it has any. */
  public Optional<GSpace> symmetries() {
    return Optional.ofNullable(gspace);
  }

  /** The same layers for other images. */
  public ModelSpec withInput(ImageInput other) {
    return new ModelSpec(gspace, other, classes, layers, reduction, head);
  }

  /** The same layers for another number of classes. */
  public ModelSpec withClasses(int other) {
    return new ModelSpec(gspace, input, other, layers, reduction, head);
  }

  /**
   * A new network, not yet initialised; {@link Networks#initialize} does that.
   *
   * @return a block that takes (batch, channels, height, width) to logits (batch, classes)
   * @throws SpecException if the layers cannot be built or do not fit each other, beginning with
   *     the path of the value
   */
  public Block build() {
    Block features;
    int channels;
    if (gspace == null) {
      LayerKind.Ordinary ordinary = Assembly.ordinaryLayers(layers, input.channels(), LAYERS);
      features = ordinary.block();
      channels = ordinary.channels();
    } else {
      FieldType image = FieldType.of(gspace, gspace.trivial(), input.channels());
      EquivariantSequential sequence = Assembly.sequence(layers, image, LAYERS);
      warnOfTurningFeatures(sequence.outType());
      features = sequence;
      channels = sequence.outType().size();
    }
    List<LayerSpec> all = new ArrayList<>(head);
    all.add(LayerSpec.of("Linear").with("units", classes));
    return new Classifier(features, reduction, Assembly.ordinary(all, channels, HEAD).block());
  }

  private static void warnOfTurningFeatures(FieldType type) {
    if (!type.representations().stream().allMatch(Representation::isTrivial)) {
      log.warn(
          "The last layer gives {}, so that logits change when the image is turned: end in GroupPooling,"
              + " NormPool or trivial fields",
          type);
    }
  }

  /** As indented JSON. */
  public String toJson() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(VERSION, FORMAT_VERSION);
    if (gspace != null) {
      tree.put(GSPACE, GSpaces.tree(gspace));
    }
    Map<String, Object> image = new LinkedHashMap<>();
    image.put(INPUT_KEYS.get(0), input.channels());
    image.put(INPUT_KEYS.get(1), input.height());
    image.put(INPUT_KEYS.get(2), input.width());
    tree.put(INPUT, image);
    tree.put(CLASSES, classes);
    tree.put(LAYERS, layers.stream().map(LayerSpec::toTree).toList());
    tree.put(REDUCTION, JsonTree.written(reduction));
    if (!head.isEmpty()) {
      tree.put(HEAD, head.stream().map(LayerSpec::toTree).toList());
    }
    return JsonTree.write(tree);
  }

  /**
   * Reads what {@link #toJson} writes; the schema is {@code model-spec.schema.json}.
   *
   * @throws SpecException if it is wrong, beginning with the path of the value
   */
  public static ModelSpec parse(String json) {
    Map<String, Object> tree = OptionTypes.object(JsonTree.read(json), "");
    List<String> known =
        List.of(VERSION, GSPACE, INPUT, CLASSES, LAYERS, REDUCTION, HEAD, ModelSchema.SCHEMA_KEY);
    for (String key : tree.keySet()) {
      if (!known.contains(key)) {
        throw new SpecException(
            key,
            "is no key of a model; did you mean "
                + Similar.names(key, new TreeSet<>(known), 1).get(0)
                + "?");
      }
    }
    requireVersion(tree);
    GSpace gspace = tree.containsKey(GSPACE) ? GSpaces.read(tree.get(GSPACE), GSPACE) : null;
    ImageInput input = input(OptionTypes.object(required(tree, INPUT, ""), INPUT));
    int classes = OptionTypes.integer(2).read(required(tree, CLASSES, ""), CLASSES);
    List<LayerSpec> layers = kinds(gspace).read(required(tree, LAYERS, ""), LAYERS);
    Classifier.Reduction reduction =
        OptionTypes.choice(Classifier.Reduction.class)
            .read(required(tree, REDUCTION, ""), REDUCTION);
    List<LayerSpec> head =
        tree.containsKey(HEAD) && !List.of().equals(tree.get(HEAD))
            ? OptionTypes.layers(LayerKind.Family.ORDINARY).read(tree.get(HEAD), HEAD)
            : List.of();
    return new ModelSpec(gspace, input, classes, layers, reduction, head);
  }

  private static void requireVersion(Map<String, Object> tree) {
    int version = OptionTypes.integer(1).read(required(tree, VERSION, ""), VERSION);
    if (version > FORMAT_VERSION) {
      throw new SpecException(
          VERSION,
          version + " was written by a newer e2spark (this one reads 1 to " + FORMAT_VERSION + ")");
    }
  }

  private static Object required(Map<String, Object> tree, String key, String path) {
    if (!tree.containsKey(key)) {
      throw new SpecException(path + key, "is missing");
    }
    return tree.get(key);
  }

  private static ImageInput input(Map<String, Object> tree) {
    for (String key : tree.keySet()) {
      if (!INPUT_KEYS.contains(key)) {
        throw new SpecException(INPUT + "." + key, "is none of " + String.join(", ", INPUT_KEYS));
      }
    }
    int[] sizes =
        INPUT_KEYS.stream()
            .mapToInt(
                key ->
                    OptionTypes.integer(1)
                        .read(required(tree, key, INPUT + "."), INPUT + "." + key))
            .toArray();
    return new ImageInput(sizes[0], sizes[1], sizes[2]);
  }

  /** Collects the layers of a network. */
  public static final class Builder {

    private final GSpace gspace;
    private final ImageInput input;
    private final int classes;
    private final List<LayerSpec> layers = new ArrayList<>();
    private final List<LayerSpec> head = new ArrayList<>();
    private Classifier.Reduction reduction = Classifier.Reduction.MAX;

    private Builder(GSpace gspace, ImageInput input, int classes) {
      this.gspace = gspace;
      this.input = input;
      this.classes = classes;
    }

    /** One more layer. */
    public Builder layer(LayerSpec layer) {
      layers.add(layer);
      return this;
    }

    /** More layers. */
    public Builder layers(List<LayerSpec> more) {
      layers.addAll(more);
      return this;
    }

    /** How images of features become one vector; by the maximum if not told. */
    public Builder reduction(Classifier.Reduction value) {
      reduction = value;
      return this;
    }

    /** More layers of the head; the linear map to the classes comes after them. */
    public Builder head(LayerSpec... more) {
      return head(List.of(more));
    }

    /** As {@link #head(LayerSpec...)}. */
    public Builder head(List<LayerSpec> more) {
      head.addAll(more);
      return this;
    }

    /**
     * The network.
     *
     * @throws SpecException if a layer is of no known kind, or an option is not the kind's
     */
    public ModelSpec build() {
      return new ModelSpec(gspace, input, classes, layers, reduction, head);
    }
  }
}
