package org.e2spark.nn.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.TreeMap;
import org.e2spark.CapturedLog;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.factorised.Choice;
import org.e2spark.torch.Autograd;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is chosen can be read, carried to another network, and is said in the log. */
class EvaluationChoicesTest {

  private static final Rot2dOnR2 C8 = new Rot2dOnR2(8);
  private static final FieldType HIDDEN = FieldType.of(C8, C8.regular(), 4);
  private static final Shape IMAGES = new Shape(4, HIDDEN.size(), 12, 12);

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");

  private EquivariantSequential network(Evaluation evaluation) {
    var network =
        EquivariantSequential.of(
            R2Conv.builder(HIDDEN, HIDDEN).kernelSize(5).padding(2).build(),
            R2Conv.builder(HIDDEN, HIDDEN).kernelSize(1).build());
    evaluation.applyTo(network);
    Networks.initialize(network, manager, IMAGES, 1);
    return network;
  }

  private NDArray run(EquivariantSequential network) {
    try (var scope = Autograd.pause()) {
      return network.forward(HIDDEN.wrap(manager.ones(IMAGES))).array();
    }
  }

  @Test
  void choicesCrossToAnotherNetwork() throws Exception {
    EquivariantSequential network = network(Evaluation.AUTO);
    assertThat(CapturedLog.linesOf("INFO", () -> run(network)))
        .filteredOn(line -> line.contains("evaluation/4x12x12/cpu is evaluated as"))
        .hasSize(1)
        .allMatch(line -> line.contains("R2Conv from") && line.contains("ratio"));
    EvaluationChoices choices = EvaluationChoices.of(network);
    assertThat(choices.byUse())
        .hasSize(2)
        .containsKeys("0.weights evaluation/4x12x12/cpu", "1.weights evaluation/4x12x12/cpu")
        .containsEntry("1.weights evaluation/4x12x12/cpu", "dense");

    EquivariantSequential other = network(Evaluation.AUTO);
    throughBytes(choices).applyTo(other);
    assertThat(EvaluationChoices.of(other)).isEqualTo(choices);
    assertThat(CapturedLog.linesOf("INFO", () -> run(other))).isEmpty();
  }

  /** A product that is fastest in float32 may not exist in float64. */
  @Test
  void everyTypeOfNumbersIsMeasured() throws Exception {
    var images = new Shape(4, HIDDEN.size(), 14, 14);
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      R2Conv layer =
          R2Conv.builder(HIDDEN, HIDDEN)
              .kernelSize(5)
              .padding(2)
              .evaluation(Evaluation.AUTO)
              .build();
      Networks.initialize(layer, manager, images, 1, type);
      assertThat(
              CapturedLog.linesOf(
                  "INFO", () -> layer.forward(HIDDEN.wrap(manager.ones(images, type)))))
          .filteredOn(line -> line.contains("evaluation/4x14x14/cpu is evaluated as"))
          .as(type.toString())
          .hasSize(1);
    }
  }

  @Test
  void otherNumbersOfImagesTakeTheNextChoice() {
    EquivariantSequential network = network(Evaluation.AUTO);
    choices(
            "0.weights evaluation/4x12x12/cpu", "toeplitz/blas/2",
            "0.weights evaluation/32x12x12/cpu", "dense")
        .applyTo(network);
    NDArray y = run(network);
    NDArray first = y.get("0:1");
    try (var scope = Autograd.pause()) {
      NDArray one = manager.ones(new Shape(1, HIDDEN.size(), 12, 12));
      NDArray alone = network.forward(HIDDEN.wrap(one)).array();
      assertThat(alone.sub(first).abs().max().getFloat()).isLessThan(1e-5f);
    }
    assertThat(EvaluationChoices.of(network).byUse())
        .containsEntry("0.weights evaluation/1x12x12/cpu", "toeplitz/blas/2");
  }

  @Test
  void choicesOfAnotherLayerAreRefused() {
    EquivariantSequential network = network(Evaluation.AUTO);
    choices(
            "0.weights evaluation/4x12x12/cpu", "dense",
            "1.weights evaluation/4x12x12/cpu", "spatial/blas/1")
        .applyTo(network);
    assertThatThrownBy(() -> run(network))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spatial/blas/1 for evaluation/4x12x12/cpu")
        .hasMessageContaining("the choice is another layer's");
  }

  @Test
  void measuredOnceForTrainingAndForEvaluation() {
    EquivariantSequential network = network(Evaluation.AUTO);
    Shape two = new Shape(2, HIDDEN.size(), 12, 12);
    var measured = EvaluationChoices.measure(network, manager, IMAGES, two);
    assertThat(measured.byUse())
        .containsOnlyKeys(
            "0.weights evaluation/2x12x12/cpu",
            "0.weights training/4x12x12/cpu",
            "1.weights evaluation/2x12x12/cpu",
            "1.weights training/4x12x12/cpu");
  }

  private static EvaluationChoices choices(String... pairs) {
    var byUse = new TreeMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      byUse.put(pairs[i], pairs[i + 1]);
    }
    return new EvaluationChoices(byUse);
  }

  private static EvaluationChoices throughBytes(EvaluationChoices choices)
      throws IOException, ClassNotFoundException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(choices);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (EvaluationChoices) in.readObject();
    }
  }

  @Test
  void pinnedEvaluationChoosesTheSameEachTime() {
    EquivariantSequential first = network(Evaluation.FACTORISED);
    EquivariantSequential second = network(Evaluation.FACTORISED);
    assertThat(run(first)).isEqualTo(run(second));
    assertThat(EvaluationChoices.of(first)).isEqualTo(EvaluationChoices.of(second));
    assertThat(EvaluationChoices.of(first).byUse().values()).doesNotContain("dense");
  }

  @Test
  void denseNetworksHaveNoChoices() {
    EquivariantSequential network = network(Evaluation.DENSE);
    run(network);
    assertThat(EvaluationChoices.of(network).byUse()).isEmpty();
  }

  @Test
  void tensorProductsStayDense() {
    TensorProduct layer = new TensorProduct(HIDDEN, HIDDEN);
    Evaluation.FACTORISED.applyTo(layer);
    assertThat(layer.evaluation()).isSameAs(layer.dense());
  }

  @Test
  void textOfAnotherFormIsRefused() {
    assertThat(Choice.parse("folded/onednn/8").toString()).isEqualTo("folded/onednn/8");
    assertThatThrownBy(() -> Choice.parse("folded/8"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("folded/8");
    assertThatThrownBy(() -> Choice.parse("folded/blas/0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("folded/blas/0");
    assertThatThrownBy(() -> choices("nonsense", "dense"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid use of a layer: nonsense");
    assertThatThrownBy(() -> choices("0.weights evaluation/4x12x12/cpu", "quick"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid choice of evaluation: quick");
  }
}
