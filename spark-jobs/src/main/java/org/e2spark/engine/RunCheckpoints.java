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
import org.e2spark.text.Text;
import org.e2spark.train.Replica;
import org.e2spark.train.TrainState;

/** The checkpoints of a run: what is needed to go on bit-equally. */
final class RunCheckpoints {

  private static final String WEIGHTS = "weights.safetensors";
  private static final String AVERAGED = "averaged-weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = TrainState.FORMAT.name();

  private final CheckpointStore store;

  /**
   * @param kept how many of the newest are kept
   */
  RunCheckpoints(Path directory, Configuration configuration, int kept) {
    this.store = new CheckpointStore(directory, configuration, kept);
  }

  /**
   * Where a training is, as files in memory.
   *
   * @param sequence of the checkpoint
   * @param samples seen
   * @param contents the files by name
   */
  record Snapshot(long sequence, long samples, Map<String, byte[]> contents) {}

  /** Copies what a checkpoint holds; the replica may change at once. */
  static Snapshot snapshot(TrainState state, Replica replica) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put(WEIGHTS, replica.weights());
    if (replica.isAveraged()) {
      contents.put(AVERAGED, replica.usedWeights());
    }
    contents.put(OPTIMIZER, replica.optimizerState());
    contents.put(STATE, TrainState.FORMAT.write(state).getBytes(StandardCharsets.UTF_8));
    return new Snapshot(state.sequence(), state.samples(), contents);
  }

  /** Copies what is kept of the best weights so far: no training goes on from them. */
  static Snapshot best(TrainState state, Replica replica) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put(WEIGHTS, replica.usedWeights());
    contents.put(STATE, TrainState.FORMAT.write(state).getBytes(StandardCharsets.UTF_8));
    return new Snapshot(state.validation().improvements(), state.samples(), contents);
  }

  /**
   * Writes a checkpoint.
   *
   * @param attempt that writes; its number is part of the directory's name, so that what a worker
   *     of an earlier attempt still writes stands elsewhere
   * @param fence throws if the attempt is over
   */
  Name save(Snapshot snapshot, int attempt, Runnable fence) {
    String name = Text.format("samples-%012d-attempt-%d", snapshot.samples(), attempt);
    return store.save(snapshot.sequence(), name, snapshot.contents(), fence);
  }

  /** The newest one that is whole. */
  Optional<Name> newest() {
    return store.newest();
  }

  /** The one of a number, if it is still kept. */
  Optional<Name> find(long sequence) {
    return store.find(sequence);
  }

  TrainState state(Name name) {
    return state(name, store.read(name, STATE));
  }

  byte[] weights(Name name) {
    return store.read(name, WEIGHTS);
  }

  /** The averaged weights of a training that keeps some. */
  byte[] averagedWeights(Name name) {
    return store.read(name, AVERAGED);
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
    return TrainState.FORMAT.read(json, "The state of checkpoint " + name.sequence());
  }
}
