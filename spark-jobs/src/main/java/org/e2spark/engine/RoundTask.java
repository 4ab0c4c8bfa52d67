package org.e2spark.engine;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Iterator;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.events.WorkerReport;
import scala.Tuple2;

/**
 * One worker's part of one round; it holds no state, so Spark may repeat it.
 *
 * @param assignment of all rounds
 * @param work to be done
 * @param begin what this round begins from
 * @param signs grows with every step, and before with what is fetched and verified
 */
record RoundTask(
    RoundAssignment assignment, Work work, Broadcast<byte[]> begin, LongAccumulator signs)
    implements PairFlatMapFunction<Integer, Long, byte[]>, Serializable {

  /** What a worker does with a state. */
  enum Work {
    /** Makes the round's steps, and gives what is averaged. */
    TRAIN,
    /** Measures its part of the validation split, and gives its part of the table. */
    MEASURE
  }

  @Override
  public Iterator<Tuple2<Long, byte[]>> call(Integer rank) {
    long began = System.nanoTime();
    RoundChunks chunks = new RoundChunks(assignment.workers());
    TaskContext task = TaskContext.get();
    StopSign stop = StopSign.of(task);
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    RoundWorker worker = null;
    try {
      EngineSettings.apply(assignment.threads());
      Runnable alive = () -> signs.add(1);
      worker = RoundWorkers.take(assignment.run(), () -> new RoundWorker(assignment, task, alive));
      RoundState state = TaskBoundary.valueOf(begin);
      ByteBuffer values =
          work == Work.TRAIN
              ? worker.train(state, rank, assignment.workers(), task, alive)
              : worker.measure(state, rank, assignment.workers(), alive);
      double seconds = (System.nanoTime() - began) / 1e9;
      Iterator<Tuple2<Long, byte[]>> given =
          chunks.of(new RoundWord(rank, host, seconds, worker.waited() / 1e9, null), values);
      RoundWorkers.giveBack(assignment.run(), worker);
      return given;
    } catch (RuntimeException | Error e) {
      if (worker != null) {
        worker.close();
      }
      WorkerReport.Failure failure = Failures.of("Rank " + rank + " on " + host, e);
      if (failure.nature() == WorkerReport.Nature.PASSING || stop.isUp()) {
        throw e;
      }
      return chunks.of(new RoundWord(rank, host, 0, 0, failure), null);
    }
  }
}
