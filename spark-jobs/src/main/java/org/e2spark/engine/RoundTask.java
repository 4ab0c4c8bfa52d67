package org.e2spark.engine;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Iterator;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.events.WorkerReport;
import scala.Tuple2;

/**
 * One worker's part of one round; it holds no state, so Spark may repeat it.
 *
 * @param assignment of all rounds
 * @param work to be done
 * @param begin what this round begins from
 */
record RoundTask(RoundAssignment assignment, Work work, Broadcast<byte[]> begin)
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
    RoundChunks chunks = new RoundChunks(assignment.workers());
    TaskContext task = TaskContext.get();
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    RoundWorker worker = null;
    try {
      EngineSettings.apply(assignment.threads());
      worker = RoundWorkers.take(assignment.run(), () -> new RoundWorker(assignment, task));
      RoundState state = TaskBoundary.valueOf(begin);
      ByteBuffer values =
          work == Work.TRAIN
              ? worker.train(state, rank, assignment.workers(), task)
              : worker.measure(state, rank, assignment.workers());
      Iterator<Tuple2<Long, byte[]>> given = chunks.of(rank, values);
      RoundWorkers.giveBack(assignment.run(), worker);
      return given;
    } catch (RuntimeException | Error e) {
      if (worker != null) {
        worker.close();
      }
      WorkerReport.Failure failure = Failures.of(host, e);
      if (failure.nature() == WorkerReport.Nature.PASSING) {
        throw e;
      }
      return chunks.failure(rank, failure);
    }
  }
}
