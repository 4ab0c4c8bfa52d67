package org.e2spark.engine;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.checkpoint.CheckpointStore.Checkpoint;
import org.e2spark.checkpoint.Json;
import org.e2spark.text.Text;
import org.e2spark.train.Replica;
import org.e2spark.train.TrainState;

/** The checkpoints of a run: what is needed to go on bit-equally. */
final class RunCheckpoints {

  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = "state.json";

  private final CheckpointStore store;

  RunCheckpoints(Path directory, Configuration configuration) {
    this.store = new CheckpointStore(directory, configuration);
  }

  /** Writes where a training is. */
  void save(TrainState state, Replica replica) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put(WEIGHTS, replica.weights());
    contents.put(OPTIMIZER, replica.optimizerState());
    contents.put(STATE, Json.write(state).getBytes(StandardCharsets.UTF_8));
    store.save(state.sequence(), Text.format("samples-%012d", state.samples()), contents);
  }

  /** The newest one that is whole. */
  Optional<Checkpoint> newest() {
    return store.newest();
  }

  static TrainState state(Checkpoint checkpoint) {
    return Json.read(
        new String(checkpoint.content(STATE), StandardCharsets.UTF_8),
        TrainState.class,
        "Checkpoint " + checkpoint.sequence());
  }

  static byte[] weights(Checkpoint checkpoint) {
    return checkpoint.content(WEIGHTS);
  }

  /** Puts a replica where a checkpoint was taken. */
  static TrainState restore(Checkpoint checkpoint, Replica replica) {
    TrainState state = state(checkpoint);
    replica.restore(weights(checkpoint), checkpoint.content(OPTIMIZER), state.optimizerSteps());
    return state;
  }
}
