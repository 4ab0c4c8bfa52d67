package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.e2spark.checkpoint.Json;
import org.e2spark.optim.Adam;
import org.e2spark.optim.AdamW;
import org.e2spark.optim.Optimizer;
import org.e2spark.optim.Penalties;
import org.e2spark.optim.Sgd;
import org.e2spark.train.ClassWeights;
import org.e2spark.train.LocalSteps;
import org.e2spark.train.Loss;
import org.e2spark.train.OuterOptimizer;
import org.e2spark.train.Span;
import org.e2spark.train.StartOptions;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.UpdateOptions;
import org.e2spark.train.Validation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the options of {@code train} become, group by group. */
class TrainFlagsTest {

  /** What a group of options makes of a value. */
  private interface Maker<T, V> {
    V make(T flags, Given given, V otherwise);
  }

  private static <T, V> V made(T flags, Maker<T, V> maker, V otherwise, String... arguments) {
    return maker.make(
        flags, new Given(Main.configured(new CommandLine(flags)).parseArgs(arguments)), otherwise);
  }

  private static Optimizer optimizer(String... arguments) {
    return made(new OptimizerFlags(), OptimizerFlags::optimizer, Optimizer.adam(), arguments);
  }

  private static Loss loss(String... arguments) {
    return made(new UpdateFlags(), UpdateFlags::loss, Loss.CROSS_ENTROPY, arguments);
  }

  private static UpdateOptions update(String... arguments) {
    return made(new UpdateFlags(), UpdateFlags::update, UpdateOptions.NONE, arguments);
  }

  private static Validation validation(String... arguments) {
    return made(new ValidationFlags(), ValidationFlags::validation, Validation.NONE, arguments);
  }

  private static StartOptions start(String... arguments) {
    return made(new StartFlags(), StartFlags::start, StartOptions.SEED, arguments);
  }

  /** What only some rules have, by which a training without it is not the usual one. */
  private static final Set<String> UNUSED_BY_DEFAULT = Set.of("--momentum", "--outer-momentum");

  @Test
  void everyRuleHasAName() {
    Penalties byKind =
        new Penalties(
            List.of(new Penalties.Rule("conv", 1e-7, 0), new Penalties.Rule("head", 0, 1e-6)));
    assertThat(optimizer()).isEqualTo(Optimizer.adam());
    assertThat(optimizer("--penalty", "conv=1e-7:0", "--penalty", "head=0:1e-6"))
        .isEqualTo(Optimizer.adam().withPenalties(byKind));
    assertThat(optimizer("--optimizer", "adamw", "--weight-decay", "0.01"))
        .isEqualTo(new AdamW(0.9, 0.999, 1e-8, Penalties.weightDecay(0.01)));
    assertThat(optimizer("--beta1=0.8", "--beta2=0.99", "--epsilon=1e-6"))
        .isEqualTo(new Adam(0.8, 0.99, 1e-6, Penalties.NONE));
    assertThat(optimizer("--optimizer=adamw", "--beta2=0.99"))
        .isEqualTo(new AdamW(0.9, 0.99, 1e-8, Penalties.NONE));
    assertThat(optimizer("--optimizer", "sgd", "--momentum", "0")).isEqualTo(Sgd.plain());
    assertThat(optimizer("--optimizer", "nesterov"))
        .isEqualTo(new Sgd(0.9, Sgd.Style.NESTEROV, Penalties.NONE));
  }

  @Test
  void whatHelpShowsAsADefaultIsOne() {
    CommandLine train = Main.configured(new CommandLine(new TrainCommand()));
    List<String> shown = new ArrayList<>(List.of("--preset=p", "--data=d"));
    train.getCommandSpec().options().stream()
        .filter(option -> option.defaultValue() != null && !option.defaultValue().isEmpty())
        .filter(option -> !UNUSED_BY_DEFAULT.contains(option.longestName()))
        .forEach(option -> shown.add(option.longestName() + "=" + option.defaultValue()));
    assertThat(shown).hasSizeGreaterThan(25).contains("--period=0samples", "--beta1=0.9");
    assertThat(options(shown)).isEqualTo(TrainOptions.builder("p", "d").build());
  }

  @Test
  void everyOptionIsReached(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("weights.json"), "{\"cat\": 2, \"dog\": 0.5}");
    assertThat(loss("--class-weights=" + file, "--label-smoothing=0.1"))
        .isEqualTo(new Loss(new ClassWeights.Given(Map.of("cat", 2.0, "dog", 0.5)), 0.1));
    assertThat(loss("--class-weights=balanced").classWeights())
        .isEqualTo(new ClassWeights.Balanced());
    assertThat(update("--clip-norm=2", "--skip-non-finite=3", "--average-weights=0.99"))
        .isEqualTo(new UpdateOptions(2, 3, 0.99));
    assertThat(
            validation(
                "--validate=test",
                "--validate-every=500samples",
                "--best-by=accuracy",
                "--stop-after=4",
                "--min-delta=0.01",
                "--restore-best"))
        .isEqualTo(
            new Validation("test", Span.samples(500), Validation.Metric.ACCURACY, 0.01, 4, true));
    assertThat(
            start(
                "--start-from=runs/a",
                "--reinitialize=^head",
                "--freeze=^block1",
                "--freeze=^block2"))
        .isEqualTo(new StartOptions("runs/a", List.of("^head"), List.of("^block1", "^block2")));
  }

  /** All values differ from the defaults, and from those that options have here. */
  private static final TrainOptions FILE =
      TrainOptions.builder("cnn", "shards")
          .optimizer(
              new Sgd(
                  0.5,
                  Sgd.Style.NESTEROV,
                  new Penalties(
                      List.of(
                          new Penalties.Rule("conv", 1e-7, 0), new Penalties.Rule("", 0, 1e-3)))))
          .localSteps(
              new LocalSteps(
                  Span.samples(512),
                  LocalSteps.Adaptation.ADACOMM,
                  Span.epochs(1),
                  new OuterOptimizer(OuterOptimizer.Style.NESTEROV, 0.7, 0.8)))
          .loss(new Loss(new ClassWeights.Balanced(), 0.2))
          .update(new UpdateOptions(5, 0, 0.9))
          .validation(
              new Validation("test", Span.epochs(2), Validation.Metric.ACCURACY, 0.1, 3, true))
          .start(new StartOptions("m", List.of("^a"), List.of("^b")))
          .build();

  /** An option, what it changes in a file's options, and nothing else. */
  private record Change(String option, UnaryOperator<TrainOptions.Builder> change) {}

  private static List<Change> changes() {
    Sgd sgd = (Sgd) FILE.optimizer();
    LocalSteps steps = FILE.localSteps();
    OuterOptimizer outer = steps.outer();
    return List.of(
        new Change("--epochs=3", b -> b.epochs(3)),
        new Change("--optimizer=sgd", b -> b.optimizer(sgd(0.5, Sgd.Style.HEAVY_BALL))),
        new Change("--momentum=0.7", b -> b.optimizer(sgd(0.7, Sgd.Style.NESTEROV))),
        new Change(
            "--optimizer=adam", b -> b.optimizer(Optimizer.adam().withPenalties(sgd.penalties()))),
        new Change(
            "--weight-decay=0.5",
            b -> b.optimizer(penalised(sgd.penalties().rules().get(0), rule("", 0, 0.5)))),
        new Change(
            "--penalty=head=0:2",
            b -> b.optimizer(penalised(rule("head", 0, 2), sgd.penalties().rules().get(1)))),
        new Change(
            "--period=99samples",
            b ->
                b.localSteps(
                    new LocalSteps(
                        Span.samples(99), steps.adaptation(), steps.warmUp(), steps.outer()))),
        new Change("--every-step=9samples", b -> b.localSteps(steps.withWarmUp(Span.samples(9)))),
        new Change(
            "--outer=momentum",
            b ->
                b.localSteps(
                    steps.withOuter(
                        new OuterOptimizer(OuterOptimizer.Style.HEAVY_BALL, 0.7, 0.8)))),
        new Change(
            "--outer-rate=0.3",
            b ->
                b.localSteps(
                    steps.withOuter(new OuterOptimizer(outer.style(), 0.3, outer.momentum())))),
        new Change(
            "--outer-momentum=0.3",
            b ->
                b.localSteps(
                    steps.withOuter(new OuterOptimizer(outer.style(), outer.rate(), 0.3)))),
        new Change(
            "--class-weights=none",
            b -> b.loss(FILE.loss().withClassWeights(new ClassWeights.Equal()))),
        new Change("--label-smoothing=0.3", b -> b.loss(FILE.loss().withLabelSmoothing(0.3))),
        new Change("--clip-norm=2", b -> b.update(FILE.update().withClipNorm(2))),
        new Change("--average-weights=0", b -> b.update(FILE.update().withAverageDecay(0))),
        new Change(
            "--validate=train",
            b ->
                b.validation(
                    new Validation(
                        "train", Span.epochs(2), Validation.Metric.ACCURACY, 0.1, 3, true))),
        new Change(
            "--validate-every=3epochs",
            b -> b.validation(FILE.validation().withEvery(Span.epochs(3)))),
        new Change(
            "--best-by=loss",
            b -> b.validation(FILE.validation().withMetric(Validation.Metric.LOSS))),
        new Change("--stop-after=9", b -> b.validation(FILE.validation().withPatience(9))),
        new Change("--min-delta=9", b -> b.validation(FILE.validation().withMinDelta(9))),
        new Change("--start-from=n", b -> b.start(FILE.start().withModel("n"))),
        new Change("--reinitialize=^n", b -> b.start(FILE.start().withReinitialize(List.of("^n")))),
        new Change("--freeze=^n", b -> b.start(FILE.start().withFrozen(List.of("^n")))));
  }

  private static Sgd sgd(double momentum, Sgd.Style style) {
    return new Sgd(momentum, style, ((Sgd) FILE.optimizer()).penalties());
  }

  private static Penalties.Rule rule(String pattern, double l1, double l2) {
    return new Penalties.Rule(pattern, l1, l2);
  }

  private static Sgd penalised(Penalties.Rule... rules) {
    return new Sgd(0.5, Sgd.Style.NESTEROV, new Penalties(List.of(rules)));
  }

  @Test
  void anOptionChangesNoOtherThatTheFileSays(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("options.json"), Json.line(FILE));
    assertThat(options(file)).isEqualTo(FILE);
    for (Change change : changes()) {
      TrainOptions expected = change.change().apply(FILE.toBuilder()).build();
      assertThat(expected).as(change.option()).isNotEqualTo(FILE);
      assertThat(options(file, change.option())).as(change.option()).isEqualTo(expected);
    }
  }

  private static TrainOptions options(Path file, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--options=" + file));
    all.addAll(List.of(arguments));
    return options(all);
  }

  private static TrainOptions options(List<String> arguments) {
    TrainCommand command = new TrainCommand();
    List<String> all = new ArrayList<>(arguments);
    all.add("--out=o");
    Main.configured(new CommandLine(command)).parseArgs(all.toArray(String[]::new));
    return command.options();
  }

  @Test
  void whatContradictsItselfIsRefused(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> validation("--stop-after=2"))
        .hasMessageContaining("a split to validate on");
    assertThatThrownBy(() -> start("--reinitialize=head"))
        .hasMessageContaining("name a model to start from");
    Path file = Files.writeString(folder.resolve("weights.json"), "[1, 2]");
    assertThatThrownBy(() -> loss("--class-weights=" + file))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no JSON object of class names");
    assertThatThrownBy(() -> loss("--class-weights=balancd"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("cannot read balancd");
  }

  private static void assertRefused(String remedy, String... options) {
    List<String> all = new ArrayList<>(List.of("--preset=p", "--data=d"));
    all.addAll(List.of(options));
    assertThatThrownBy(() -> options(all))
        .as("%s", all)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(remedy);
  }

  @Test
  void whatWouldHaveNoEffectIsRefused(@TempDir Path folder) throws IOException {
    assertRefused("--momentum has no effect with adam and adamw", "--momentum=0.9");
    assertRefused("choose --optimizer sgd", "--optimizer=adamw", "--momentum=0.5");
    for (String option : List.of("--beta1", "--beta2", "--epsilon")) {
      assertRefused(option + " has no effect with sgd", "--optimizer=sgd", option + "=0.5");
    }
    Path file = Files.writeString(folder.resolve("sgd.json"), Json.line(FILE));
    assertRefused("--beta2 has no effect", "--options=" + file, "--beta2=0.5");
    assertRefused("--momentum", "--options=" + file, "--optimizer=adam", "--momentum=0.5");
    assertRefused(
        "--outer-momentum has no effect with --outer plain",
        "--period=64samples",
        "--outer-momentum=0.5");
    for (String steps :
        List.of("--outer=nesterov", "--outer-rate=0.5", "--adapt-period", "--every-step=1epochs")) {
      assertRefused("need a period", steps);
    }
    for (String measuring :
        List.of("--validate-every=9samples", "--best-by=accuracy", "--min-delta=0.1")) {
      assertRefused("need a split to validate on (--validate", measuring);
    }
    assertRefused("leave out --wire bf16", "--wire=bf16", "--period=64samples");
    assertRefused("leave out the micro-batch", "--wire=bf16", "--micro-batch=8");
    assertRefused("leave out --precision", "--precision=bf16", "--evaluation=auto");
  }
}
