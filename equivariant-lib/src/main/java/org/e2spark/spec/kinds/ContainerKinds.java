package org.e2spark.spec.kinds;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.e2spark.group.Disentanglement;
import org.e2spark.group.SubgroupId;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.DisentangleModule;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.IdentityModule;
import org.e2spark.nn.container.MaskModule;
import org.e2spark.nn.container.MultipleModule;
import org.e2spark.nn.container.Reshuffle;
import org.e2spark.nn.container.ReshuffleModule;
import org.e2spark.nn.container.ResidualModule;
import org.e2spark.nn.container.RestrictionModule;
import org.e2spark.spec.Arguments;
import org.e2spark.spec.Branch;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.LayerSpec;
import org.e2spark.spec.Option;
import org.e2spark.spec.OptionType;
import org.e2spark.spec.OptionTypes;

/** Layers made of others, and those that only order or cut fields. */
final class ContainerKinds {

  private static final OptionType<List<LayerSpec>> LAYERS =
      OptionTypes.layers(LayerKind.Family.EQUIVARIANT);

  private static final Option<List<LayerSpec>> BEFORE =
      Option.optional("before", LAYERS, "Come before both ways.");
  private static final Option<List<LayerSpec>> SHORTCUT =
      Option.optional("shortcut", LAYERS, "The short way; by default the block's own input.");
  private static final Option<SubgroupId> SUBGROUP =
      Option.required("subgroup", OptionTypes.subgroup(), "The symmetries that stay.");
  private static final Option<Disentanglement.Method> METHOD =
      Option.of(
          "method",
          OptionTypes.choice(Disentanglement.Method.class),
          Disentanglement.Method.COMPATIBLE,
          "How fields are taken apart.");
  private static final Option<List<Integer>> PERMUTATION =
      Option.required(
          "permutation",
          OptionTypes.list(OptionTypes.integer(0)),
          "Which field comes to each place.");
  private static final Option<Integer> SIZE =
      Option.required("size", OptionTypes.integer(1), "Pixels along a side of the images.");
  private static final Option<Double> MARGIN =
      Option.of("margin", OptionTypes.number(), 0.0, "Percent of the radius left out.");
  private static final Option<List<String>> LABELS =
      Option.required("labels", OptionTypes.labels(), "One for each field: 32 x scalar.");
  private static final Option<List<Branch>> BRANCHES =
      Option.required("branches", Branch.type(), "What is applied to the fields of which labels.");
  private static final Option<Reshuffle> RESHUFFLE =
      Option.of(
          "reshuffle",
          OptionTypes.choice(Reshuffle.class),
          Reshuffle.NONE,
          "How the fields of each branch are ordered.");

  private ContainerKinds() {}

  static List<LayerKind> kinds() {
    return List.of(
        LayerKind.equivariant(
            "EquivariantSequential",
            "Layers one after another.",
            (in, o) -> o.sequence(Common.LAYERS, in),
            Common.LAYERS),
        LayerKind.equivariant(
            "ResidualModule",
            "layers(a) + shortcut(a) with a = before(x); without a shortcut layers(a) + x.",
            ContainerKinds::residual,
            BEFORE,
            Common.LAYERS,
            SHORTCUT),
        LayerKind.equivariant(
            "MultipleModule",
            "Different layers for different fields.",
            ContainerKinds::multiple,
            LABELS,
            BRANCHES,
            RESHUFFLE),
        LayerKind.equivariant(
            "RestrictionModule",
            "Forgets symmetries.",
            (in, o) -> new RestrictionModule(in, o.get(SUBGROUP)),
            SUBGROUP),
        LayerKind.equivariant(
            "DisentangleModule",
            "Takes restricted fields apart.",
            (in, o) -> new DisentangleModule(in, o.get(METHOD)),
            METHOD),
        LayerKind.equivariant(
            "ReshuffleModule",
            "Puts fields into another order.",
            (in, o) ->
                new ReshuffleModule(
                    in, o.get(PERMUTATION).stream().mapToInt(Integer::intValue).toArray()),
            PERMUTATION),
        LayerKind.equivariant(
            "MaskModule",
            "Fades the image out beyond the circle that fits into it.",
            (in, o) -> new MaskModule(in, o.get(SIZE), o.get(MARGIN)),
            SIZE,
            MARGIN),
        LayerKind.equivariant("IdentityModule", "Nothing.", (in, o) -> new IdentityModule(in)));
  }

  private static ResidualModule residual(FieldType in, Arguments options) {
    Optional<EquivariantSequential> before =
        options.has(BEFORE) ? Optional.of(options.sequence(BEFORE, in)) : Optional.empty();
    FieldType inside = before.map(EquivariantSequential::outType).orElse(in);
    int first = before.map(modules -> modules.modules().size()).orElse(0);
    return ResidualModule.of(
        before,
        options.sequence(Common.LAYERS, inside, first),
        options.has(SHORTCUT) ? Optional.of(options.module(SHORTCUT, inside)) : Optional.empty());
  }

  private static MultipleModule multiple(FieldType in, Arguments options) {
    List<String> labels = options.get(LABELS);
    Map<String, FieldType> types = in.groupByLabels(labels);
    MultipleModule.Builder builder =
        MultipleModule.builder(in, labels).reshuffle(options.get(RESHUFFLE));
    for (Branch branch : options.get(BRANCHES)) {
      builder.branch(branch.labels(), branch.module(types));
    }
    return builder.build();
  }
}
