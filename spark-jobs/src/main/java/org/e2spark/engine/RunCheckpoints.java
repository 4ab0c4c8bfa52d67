package org.e2spark.engine;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.checkpoint.CheckpointStore.Checkpoint;
import org.e2spark.checkpoint.CheckpointStore.Name;
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

  /**
   * Writes where a training is.
   *
   * @param attempt that writes; its number is part of the directory's name, so that what a worker
   *     of an earlier attempt still writes stands elsewhere
   * @param fence throws if the attempt is over
   */
  void save(TrainState state, Replica replica, int attempt, Runnable fence) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put(WEIGHTS, replica.weights());
    contents.put(OPTIMIZER, replica.optimizerState());
    contents.put(STATE, Json.write(state).getBytes(StandardCharsets.UTF_8));
    String name = Text.format("samples-%012d-attempt-%d", state.samples(), attempt);
    store.save(state.sequence(), name, contents, fence);
  }

  /** The newest one that is whole. */
  Optional<Name> newest() {
    return store.newest();
  }

  TrainState state(Name name) {
    return state(name, store.read(name, STATE));
  }

  byte[] weights(Name name) {
    return store.read(name, WEIGHTS);
  }

  /** Puts a replica where a checkpoint was taken. */
  TrainState restore(Name name, Replica replica) {
    Checkpoint checkpoint = store.read(name);
    TrainState state = state(name, checkpoint.content(STATE));
    replica.restore(
        checkpoint.content(WEIGHTS), checkpoint.content(OPTIMIZER), state.optimizerSteps());
    return state;
  }

  private static TrainState state(Name name, byte[] json) {
    return Json.read(
        new String(json, StandardCharsets.UTF_8),
        TrainState.class,
        "The state of checkpoint " + name.sequence());
  }
}
