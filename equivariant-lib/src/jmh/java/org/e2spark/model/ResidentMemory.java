package org.e2spark.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The highest resident memory of a benchmark's process so far. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class ResidentMemory {

  /** The figure that stands beside the benchmark's time. */
  public long residentMegabytes;

  /** Reads it. */
  public void read() {
    residentMegabytes = highest();
  }

  /** The highest resident memory of this process so far, in megabytes. */
  public static long highest() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
