package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.e2spark.optim.AdamW;
import org.e2spark.optim.Optimizer;
import org.e2spark.optim.Penalties;
import org.e2spark.optim.Sgd;
import org.e2spark.train.ClassWeights;
import org.e2spark.train.Loss;
import org.e2spark.train.Span;
import org.e2spark.train.StartOptions;
import org.e2spark.train.UpdateOptions;
import org.e2spark.train.Validation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the options of {@code train} become, group by group. */
class TrainFlagsTest {

  private static <T> T parse(T flags, String... arguments) {
    Main.configured(new CommandLine(flags)).parseArgs(arguments);
    return flags;
  }

  private static Optimizer optimizer(String... arguments) {
    return parse(new OptimizerFlags(), arguments).optimizer();
  }

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
    assertThat(optimizer("--optimizer", "sgd", "--momentum", "0")).isEqualTo(Sgd.plain());
    assertThat(optimizer("--optimizer", "nesterov"))
        .isEqualTo(new Sgd(0.9, Sgd.Style.NESTEROV, Penalties.NONE));
  }

  @Test
  void withoutOptionsNothingIsChanged() {
    UpdateFlags update = parse(new UpdateFlags());
    assertThat(update.loss()).isEqualTo(Loss.CROSS_ENTROPY);
    assertThat(update.update()).isEqualTo(UpdateOptions.NONE);
    assertThat(parse(new ValidationFlags()).validation()).isEqualTo(Validation.NONE);
    assertThat(parse(new StartFlags()).start()).isEqualTo(StartOptions.SEED);
  }

  @Test
  void everyOptionIsReached(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("weights.json"), "{\"cat\": 2, \"dog\": 0.5}");
    UpdateFlags update =
        parse(
            new UpdateFlags(),
            "--class-weights=" + file,
            "--label-smoothing=0.1",
            "--clip-norm=2",
            "--skip-non-finite=3",
            "--average-weights=0.99");
    assertThat(update.loss())
        .isEqualTo(new Loss(new ClassWeights.Given(Map.of("cat", 2.0, "dog", 0.5)), 0.1));
    assertThat(update.update()).isEqualTo(new UpdateOptions(2, 3, 0.99));
    assertThat(parse(new UpdateFlags(), "--class-weights=balanced").loss().classWeights())
        .isEqualTo(new ClassWeights.Balanced());
    ValidationFlags validation =
        parse(
            new ValidationFlags(),
            "--validate=test",
            "--validate-every=500samples",
            "--best-by=accuracy",
            "--stop-after=4",
            "--min-delta=0.01",
            "--restore-best");
    assertThat(validation.validation())
        .isEqualTo(
            new Validation("test", Span.samples(500), Validation.Metric.ACCURACY, 0.01, 4, true));
    StartFlags start =
        parse(
            new StartFlags(),
            "--start-from=runs/a",
            "--reinitialize=^head",
            "--freeze=^block1",
            "--freeze=^block2");
    assertThat(start.start())
        .isEqualTo(new StartOptions("runs/a", List.of("^head"), List.of("^block1", "^block2")));
  }

  @Test
  void whatContradictsItselfIsRefused(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> parse(new ValidationFlags(), "--stop-after=2").validation())
        .hasMessageContaining("a split to validate on");
    assertThatThrownBy(() -> parse(new StartFlags(), "--reinitialize=head").start())
        .hasMessageContaining("name a model to start from");
    Path file = Files.writeString(folder.resolve("weights.json"), "[1, 2]");
    assertThatThrownBy(() -> parse(new UpdateFlags(), "--class-weights=" + file).loss())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no JSON object of class names");
    assertThatThrownBy(() -> parse(new UpdateFlags(), "--class-weights=balancd").loss())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("cannot read balancd");
  }
}
