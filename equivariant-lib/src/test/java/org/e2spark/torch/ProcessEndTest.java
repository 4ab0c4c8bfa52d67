package org.e2spark.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** JVMs that end in the middle of operations say nothing, and have their own exit code. */
class ProcessEndTest {

  private static final int CHOSEN = 7;
  private static final String WORD = "computes";

  /** How a JVM is ended, and what it ends with. */
  enum End {
    SIGNAL(128 + 15) {
      @Override
      void bring(Process process) {
        process.toHandle().destroy();
      }
    },
    EXIT(CHOSEN) {
      @Override
      void bring(Process process) throws IOException {
        try (OutputStream words = process.getOutputStream()) {
          words.write('\n');
        }
      }
    };

    private final int code;

    End(int code) {
      this.code = code;
    }

    abstract void bring(Process process) throws IOException;
  }

  /** Convolves in two threads, for longer than a JVM waits for calls that are under way. */
  static final class Convolving {
    private Convolving() {}

    public static void main(String[] args) throws IOException {
      for (int i = 0; i < 2; i++) {
        Thread thread = new Thread(Convolving::convolve);
        thread.setDaemon(true);
        thread.start();
      }
      System.in.read();
      System.exit(CHOSEN);
    }

    private static void convolve() {
      Threads.set(1);
      try (NDManager manager = EngineStart.ensure().newBaseManager()) {
        NDArray images = manager.ones(new Shape(16, 256, 64, 64));
        NDArray filters = manager.ones(new Shape(256, 256, 3, 3));
        while (true) {
          Conv2d.conv2d(images.get("0:1"), filters).close();
          System.out.println(WORD);
          Conv2d.conv2d(images, filters).close();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aJvmEndsWhileItsThreadsCompute(End end, @TempDir Path folder) throws Exception {
    Process process = start(folder);
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      while (!WORD.equals(output.readLine())) {
        assertThat(process.isAlive()).isTrue();
      }
      end.bring(process);
      List<String> told = output.lines().filter(line -> !line.equals(WORD)).toList();
      assertThat(process.waitFor()).as("%s", told).isEqualTo(end.code);
      assertThat(told).isEmpty();
      assertThat(folder).isEmptyDirectory();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(Path folder) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("hs_err"),
            "-Dai.djl.offline=true",
            "-cp",
            System.getProperty("java.class.path"),
            Convolving.class.getName())
        .redirectErrorStream(true)
        .start();
  }
}
