package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import org.junit.jupiter.api.Test;

/** Networks are blocks that DJL's own classes take. */
class DjlTest {

  private static final Shape IMAGES = new Shape(4, 1, 29, 29);

  @Test
  void itsTrainerTrainsThem() {
    try (Model model = Model.newInstance("steerable", "PyTorch")) {
      model.getNDManager().getEngine().setRandomSeed(5);
      model.setBlock(Presets.create("quickstart/c8", 1, 3));
      var config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(IMAGES);
        NDArray x = trainer.getManager().randomNormal(0, 1, IMAGES, DataType.FLOAT32);
        NDArray labels = trainer.getManager().create(new int[] {0, 1, 2, 1});
        float first = step(trainer, x, labels);
        float last = first;
        for (int i = 0; i < 10; i++) {
          last = step(trainer, x, labels);
        }
        assertThat(last).isLessThan(first / 2);
      }
    }
  }

  private static float step(Trainer trainer, NDArray x, NDArray labels) {
    try (GradientCollector collector = trainer.newGradientCollector()) {
      NDArray y = trainer.forward(new NDList(x)).singletonOrThrow();
      NDArray loss = trainer.getLoss().evaluate(new NDList(labels), new NDList(y));
      collector.backward(loss);
      float value = loss.getFloat();
      trainer.step();
      return value;
    }
  }

  @Test
  void itsFilesKeepThem() throws Exception {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block saved = Presets.create("quickstart/c8", 1, 3);
      Networks.initialize(saved, manager, IMAGES, 1);
      var bytes = new ByteArrayOutputStream();
      saved.saveParameters(new DataOutputStream(bytes));

      Block loaded = Presets.create("quickstart/c8", 1, 3);
      loaded.loadParameters(
          manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      NDArray x = manager.randomNormal(0, 1, IMAGES, DataType.FLOAT32);
      assertThat(logits(loaded, x)).containsExactly(logits(saved, x));
    }
  }

  private static float[] logits(Block network, NDArray x) {
    return network
        .forward(new ParameterStore(x.getManager(), false), new NDList(x), false)
        .singletonOrThrow()
        .toFloatArray();
  }
}
