package org.e2spark.engine;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.WorkerReport;

/**
 * What a rank tells the driver of its part of a round, beside its numbers.
 *
 * @param rank whose it is
 * @param host where it ran
 * @param seconds from its task's start to its numbers
 * @param waiting seconds of them that it waited for images
 * @param failure that trying again is of no use against; null if there is none
 */
record RoundWord(
    int rank, String host, double seconds, double waiting, WorkerReport.Failure failure)
    implements Serializable {

  byte[] bytes() {
    return Json.line(this).getBytes(StandardCharsets.UTF_8);
  }

  static RoundWord of(byte[] bytes) {
    return Json.read(
        new String(bytes, StandardCharsets.UTF_8), RoundWord.class, "What a rank says of a round");
  }
}
