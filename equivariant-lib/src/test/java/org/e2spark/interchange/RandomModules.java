package org.e2spark.interchange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.e2spark.diffop.DiffopOptions;
import org.e2spark.diffop.Discretization;
import org.e2spark.diffop.RadialFunction;
import org.e2spark.group.Disentanglement;
import org.e2spark.group.SubgroupId;
import org.e2spark.init.WeightInit;
import org.e2spark.kernel.BasisElement;
import org.e2spark.kernel.BasisFilter;
import org.e2spark.kernel.FrequencyCutoff;
import org.e2spark.kernel.KernelOptions;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.container.BranchingModule;
import org.e2spark.nn.container.DisentangleModule;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.IdentityModule;
import org.e2spark.nn.container.MaskModule;
import org.e2spark.nn.container.MultipleModule;
import org.e2spark.nn.container.Reshuffle;
import org.e2spark.nn.container.ReshuffleModule;
import org.e2spark.nn.container.ResidualModule;
import org.e2spark.nn.container.RestrictionModule;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.convolution.R2ConvTransposed;
import org.e2spark.nn.convolution.R2Diffop;
import org.e2spark.nn.dropout.FieldDropout;
import org.e2spark.nn.dropout.PointwiseDropout;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.PointwiseAvgPool;
import org.e2spark.nn.pooling.PointwiseAvgPoolAntialiased;
import org.e2spark.nn.pooling.PointwiseMaxPool;
import org.e2spark.nn.pooling.PointwiseMaxPoolAntialiased;
import org.e2spark.nn.pooling.R2Upsampling;
import org.e2spark.torch.Ops;

/** Draws modules of every class, with random field types and options. */
final class RandomModules extends RandomFields {

  private static final Map<String, Function<RandomModules, EquivariantModule>> RECIPES =
      new TreeMap<>();

  private static void put(
      Class<? extends EquivariantModule> type, Function<RandomModules, EquivariantModule> recipe) {
    RECIPES.put(type.getName(), recipe);
  }

  static {
    put(ReLU.class, r -> new ReLU(r.permuted()));
    put(ELU.class, r -> new ELU(r.permuted(), r.random.nextDouble() + 0.5));
    put(InnerBatchNorm.class, r -> new InnerBatchNorm(r.permuted(), r.batchNorm()));
    put(GroupPooling.class, r -> new GroupPooling(r.permuted()));
    put(PointwiseMaxPool.class, RandomModules::maxPool);
    put(PointwiseMaxPoolAntialiased.class, RandomModules::maxPoolAntialiased);
    put(PointwiseAvgPool.class, RandomModules::avgPool);
    put(PointwiseAvgPoolAntialiased.class, RandomModules::avgPoolAntialiased);
    put(R2Conv.class, RandomModules::convolution);
    put(R2ConvTransposed.class, RandomModules::transposed);
    put(R2Diffop.class, RandomModules::operators);
    put(R2Upsampling.class, RandomModules::upsampling);
    put(EquivariantSequential.class, RandomModules::sequence);
    put(IdentityModule.class, r -> new IdentityModule(r.any()));
    put(RestrictionModule.class, RandomModules::restriction);
    put(DisentangleModule.class, RandomModules::splitting);
    put(ReshuffleModule.class, RandomModules::reshuffling);
    put(MultipleModule.class, RandomModules::routing);
    put(PointwiseDropout.class, r -> new PointwiseDropout(r.permuted(), 0.4));
    put(FieldDropout.class, r -> new FieldDropout(r.any(), 0.4));
    put(MaskModule.class, r -> new MaskModule(r.any(), 10, r.upTo(10)));
    put(ResidualModule.class, RandomModules::residual);
  }

  private RandomModules(Random random) {
    super(random);
  }

  /** A module of a class, or null if there is no recipe for it. */
  static EquivariantModule draw(String className, long seed) {
    var recipe = RECIPES.get(className);
    return recipe == null ? null : recipe.apply(new RandomModules(new Random(seed)));
  }

  private EquivariantModule maxPool() {
    return RandomOptions.of(PointwiseMaxPool.builder(permuted()), random)
        .with("kernelSize", new Size2d(2, 3))
        .maybe("stride", new Size2d(upTo(3), upTo(3)))
        .maybe("padding", new Size2d(1, random.nextInt(2)))
        .maybe("dilation", new Size2d(upTo(2), 2))
        .maybe("ceilMode")
        .set()
        .build();
  }

  private EquivariantModule maxPoolAntialiased() {
    return RandomOptions.of(PointwiseMaxPoolAntialiased.builder(permuted()), random)
        .with("kernelSize", new Size2d(upTo(2) + 1, 2))
        .maybe("stride", new Size2d(upTo(2), upTo(3)))
        .maybe("padding", new Size2d(random.nextInt(2), 1))
        .maybe("dilation", upTo(2))
        .maybe("ceilMode")
        .maybe("sigma", 0.4 + random.nextDouble())
        .set()
        .build();
  }

  private EquivariantModule avgPool() {
    return RandomOptions.of(PointwiseAvgPool.builder(any()), random)
        .with("kernelSize", new Size2d(3, 2))
        .maybe("stride", new Size2d(upTo(3), upTo(3)))
        .maybe("padding", new Size2d(1, random.nextInt(2)))
        .maybe("ceilMode")
        .set()
        .build();
  }

  private EquivariantModule avgPoolAntialiased() {
    return new PointwiseAvgPoolAntialiased(
        any(), 0.4 + random.nextDouble() / 2, new Size2d(upTo(2), upTo(3)), new Size2d(1, 2));
  }

  private EquivariantModule convolution() {
    int groups = upTo(2);
    var builder = R2Conv.builder(repeated(any(), groups), repeated(any(), groups));
    return kernels(RandomOptions.of(builder, random), groups)
        .maybe("padding", new Size2d(random.nextInt(3), upTo(2)))
        .maybe("paddingMode", pick(Ops.Border.values()))
        .set()
        .build();
  }

  private EquivariantModule transposed() {
    int groups = upTo(2);
    var builder = R2ConvTransposed.builder(repeated(any(), groups), repeated(any(), groups));
    return kernels(RandomOptions.of(builder, random), groups)
        .with("stride", 2)
        .with("dilation", upTo(2))
        .maybe("padding", random.nextInt(2))
        .maybe("outputPadding", random.nextInt(2))
        .set()
        .build();
  }

  private <B> RandomOptions<B> kernels(RandomOptions<B> options, int groups) {
    boolean small = coin();
    double[] rings = small ? new double[] {0, 0.9} : new double[] {0, 1, 1.8};
    double[] widths = small ? new double[] {0.3, 0.5} : new double[] {0.1, 0.5, 0.6};
    Object cutoff = coin() ? (Object) 2.5 : pick(FrequencyCutoff.Policy.values());
    return steerable(options, groups)
        .with("kernelSize", small ? 3 : 5)
        .maybe("stride", new Size2d(upTo(2), upTo(2)))
        .maybe("dilation", upTo(2))
        .with(
            "basis",
            (Consumer<KernelOptions.Builder>)
                basis ->
                    basis(RandomOptions.of(basis, random))
                        .maybe("rings", rings)
                        .without("undilatedRings")
                        .maybe("sigma", 0.5)
                        .maybe("sigmas", widths)
                        .maybe("frequenciesCutoff", cutoff)
                        .set());
  }

  private <B> RandomOptions<B> steerable(RandomOptions<B> options, int groups) {
    return options
        .with("groups", groups)
        .maybe("noBias")
        .maybe("initialization", WeightInit.GENERALIZED_HE)
        .maybe("evaluation", pick(Evaluation.DENSE, Evaluation.FACTORISED));
  }

  /** What kernels and operators have in common; the layer sets the rest itself. */
  private static <O> RandomOptions<O> basis(RandomOptions<O> options) {
    BasisFilter filter =
        element ->
            element.radial() instanceof BasisElement.Ring ring
                ? ring.radius() < 1.5
                : ((BasisElement.Order) element.radial()).order() < 2;
    return options
        .without("kernelSize")
        .without("dilation")
        .maybe("maximumOffset", 1)
        .maybe("basisFilter", filter);
  }

  private EquivariantModule operators() {
    int groups = upTo(2);
    var builder = R2Diffop.builder(repeated(any(), groups), repeated(any(), groups));
    Discretization how =
        pick(
            Discretization.finiteDifferences(),
            new Discretization.GaussianDerivatives(1.3),
            new Discretization.RadialBasisFunctions(RadialFunction.PHS5));
    boolean accurate = coin();
    return steerable(RandomOptions.of(builder, random), groups)
        .with("kernelSize", 5)
        .maybe("stride", new Size2d(upTo(2), upTo(2)))
        .maybe("dilation", upTo(2))
        .maybe("padding", new Size2d(2, upTo(2)))
        .maybe("paddingMode", pick(Ops.Border.values()))
        .with(
            "basis",
            (Consumer<DiffopOptions.Builder>)
                basis -> {
                  RandomOptions<DiffopOptions.Builder> options =
                      basis(RandomOptions.of(basis, random))
                          .maybe("maximumPower", 1)
                          .maybe("angleOffset", 0.4)
                          .maybe("discretization", how);
                  // Kernel size and one of them determine the other.
                  (accurate
                          ? options.with("accuracy", 2).without("maximumOrder")
                          : options.with("maximumOrder", 2).without("accuracy"))
                      .set();
                })
        .set()
        .build();
  }

  private EquivariantModule upsampling() {
    var mode = pick(R2Upsampling.Interpolation.values());
    return coin()
        ? R2Upsampling.byFactor(any(), 1 + random.nextDouble() * 2, mode)
        : R2Upsampling.toSize(any(), new Size2d(upTo(20), upTo(20)), mode);
  }

  /** Convolutions, normalisations and poolings in sequences of sequences. */
  private EquivariantModule sequence() {
    FieldType in = permuted();
    FieldType hidden = permuted();
    FieldType out = permuted();
    var first =
        EquivariantSequential.of(
            R2Conv.builder(in, hidden).kernelSize(3).padding(1).build(),
            new InnerBatchNorm(hidden),
            new ReLU(hidden));
    var second =
        EquivariantSequential.of(
            R2ConvTransposed.builder(hidden, out).kernelSize(3).stride(2).build(),
            new InnerBatchNorm(out),
            new InnerBatchNorm(out, batchNorm()),
            new ELU(out));
    return EquivariantSequential.of(first, second, new GroupPooling(out));
  }

  private EquivariantModule restriction() {
    return new RestrictionModule(any(), SubgroupId.rotations(1));
  }

  private EquivariantModule splitting() {
    return new DisentangleModule(restriction().outType(), pick(Disentanglement.Method.values()));
  }

  private EquivariantModule reshuffling() {
    FieldType type = any();
    List<Integer> order = new ArrayList<>();
    for (int field = 0; field < type.fields(); field++) {
      order.add(field);
    }
    Collections.shuffle(order, random);
    return new ReshuffleModule(type, order.stream().mapToInt(Integer::intValue).toArray());
  }

  private EquivariantModule routing() {
    FieldType type = permuted();
    List<String> labels = labels(type);
    Reshuffle reshuffle = pick(Reshuffle.values());
    MultipleModule.Builder builder =
        RandomOptions.of(MultipleModule.builder(type, labels), random)
            .with("reshuffle", reshuffle)
            .without("branch")
            .set();
    new BranchingModule(type, labels, reshuffle)
        .outTypes()
        .forEach(
            (label, fields) ->
                builder.branch(
                    label,
                    label.equals("pooled")
                        ? new GroupPooling(fields)
                        : new InnerBatchNorm(fields, batchNorm())));
    return builder.build();
  }

  private EquivariantModule residual() {
    FieldType in = permuted();
    FieldType inner = permuted();
    boolean same = coin();
    FieldType out = same ? in : permuted();
    EquivariantSequential layers =
        EquivariantSequential.named(
            Map.of(
                "layers",
                EquivariantSequential.of(
                    R2Conv.builder(in, inner).kernelSize(3).padding(1).build(),
                    R2Conv.builder(inner, out)
                        .kernelSize(3)
                        .padding(1)
                        .stride(same ? 1 : 2)
                        .build())));
    return ResidualModule.of(
        coin() ? Optional.of(EquivariantSequential.of(new ReLU(in))) : Optional.empty(),
        layers,
        same
            ? Optional.empty()
            : Optional.of(R2Conv.builder(in, out).kernelSize(1).stride(2).build()));
  }
}
