package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.prepare.MnistSample;
import org.e2spark.data.shard.ManifestException;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.TestData;
import org.e2spark.data.source.known.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fetching, preparing and inspecting as a user does: from the launcher, in processes of its own.
 */
class DataCommandsTest {

  private static final long PATIENCE_SECONDS = 120;
  private static final int SHARDS = 103;

  @TempDir Path directory;

  private Path shards() {
    return directory.resolve("shards");
  }

  private static ShardManifest manifest(Path shards) {
    return ShardManifest.read(new org.apache.hadoop.fs.Path(shards.toUri()), new Configuration());
  }

  @Test
  void aKilledPreparationLeavesNothingCompleteAndIsGoneOnWith() throws Exception {
    MnistSample.extract(directory.resolve("raw"));
    String[] prepare = {
      "prepare",
      "idx",
      "--from",
      directory.resolve("raw").toString(),
      "--out",
      shards().toString(),
      "--rotate",
      "bilinear",
      "--batch-rows",
      "39",
      "--shard-bytes",
      "40000",
      "--master",
      "local[1]"
    };
    try (WatchService watch = directory.getFileSystem().newWatchService()) {
      directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      Process process = Tool.start(Map.of(), prepare);
      var output = Tool.read(process.getInputStream(), line -> {});
      var errors = Tool.read(process.getErrorStream(), line -> {});
      try {
        await(watch, "shards", 1);
        shards().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
        // The third's name tells that the first two are noted as finished.
        await(watch, ".arrow", 3);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
      }
      assertThat(process.waitFor()).isNotZero();
      CompletableFuture.allOf(output, errors).join();
    }
    assertThatThrownBy(() -> manifest(shards())).isInstanceOf(ManifestException.class);

    Tool.Run again = Tool.run(prepare);
    assertThat(again.exit()).as(again.all()).isZero();
    assertThat(again.out().get(0))
        .matches("Shards: .* \\(\\d+ written, [1-9]\\d* there already\\)");
    assertThat(manifest(shards()).split("train").samples()).isEqualTo(3000);
    try (var files = Files.list(shards())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .hasSize(SHARDS + 1)
          .contains("manifest.json")
          .noneMatch(name -> name.startsWith("_"));
    }
  }

  private static void await(WatchService watch, String name, int count)
      throws InterruptedException {
    int seen = 0;
    while (seen < count) {
      WatchKey key = watch.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(key).as("a file named like " + name).isNotNull();
      for (WatchEvent<?> event : key.pollEvents()) {
        seen += event.context().toString().endsWith(name) ? 1 : 0;
      }
      key.reset();
    }
  }

  /** In the locale that containers have if nobody chooses one. */
  @Test
  void aFolderOfImagesIsPreparedAndDrawnWhateverItsNames() throws Exception {
    for (String file : List.of("frog/colour.png", "frog/colour.jpg", "truck/colour.tiff")) {
      Path image = directory.resolve("raw").resolve(file);
      TestData.copy("files/" + image.getFileName(), image);
    }
    renameInBytes("raw/frog/colour.jpg", "raw/frog/couleur-\\303\\251.jpg");
    renameInBytes("raw/truck", "raw/\\350\\273\\212");
    Map<String, String> environment = Map.of("LC_ALL", "C", "LANG", "C");
    String[] prepare = {
      "prepare",
      "folder",
      "--from",
      directory.resolve("raw").toString(),
      "--out",
      shards().toString(),
      "--pad",
      "33x33"
    };
    Tool.Run prepared = Tool.run(environment, process -> line -> {}, prepare);
    assertThat(prepared.exit()).as(prepared.all()).isZero();
    assertThat(prepared.out()).contains("Images: 3x33x33, 2 classes");
    assertThat(manifest(shards()).classNames()).containsExactly("frog", "\u8eca");

    Tool.Run refused = Tool.java(environment, prepare);
    assertThat(refused.exit()).as(refused.all()).isEqualTo(2);
    assertThat(refused.err())
        .last()
        .asString()
        .startsWith("e2spark: Bad image data in ")
        .contains(directory.resolve("raw") + ":", "names", "LC_ALL=C.UTF-8");

    Path sheet = directory.resolve("sheet.png");
    Tool.Run inspected =
        Tool.run("inspect", shards().toString(), "--sheet", sheet.toString(), "--augment", "cifar");
    assertThat(inspected.exit()).as(inspected.all()).isZero();
    assertThat(ImageIO.read(sheet.toFile()).getWidth()).isGreaterThan(11 * 33);
  }

  /** Renames to a name in UTF-8 that this JVM itself need not be able to write. */
  private void renameInBytes(String from, String to) throws IOException, InterruptedException {
    String[] command = {"sh", "-c", "mv \"$0\" \"$(printf \"$1\")\"", from, to};
    Process mv = new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start();
    assertThat(mv.waitFor()).isZero();
  }

  @Test
  void aDamagedShardIsNamed() throws IOException {
    DamageTest.copy(Digits.shards(), shards());
    Path victim = shards().resolve("test-00000.arrow");
    DamageTest.flipABitInTheMiddle(victim);
    Tool.Run run = Tool.run("inspect", shards().toString());
    assertThat(run.exit()).as(run.all()).isEqualTo(1);
    assertThat(run.err())
        .singleElement()
        .asString()
        .startsWith("e2spark: Corrupt shard ")
        .contains(victim.getFileName().toString());
    assertThat(String.join("\n", run.out())).contains("1x29x29", "Split train");
  }

  /** What the server has is no published file, so the checksum is the last word. */
  @Test
  void aDownloadGoesOnWhereConnectionsDropAndIsVerified() throws IOException {
    byte[] sample;
    try (InputStream file =
        MnistSample.class.getResourceAsStream("mnist-sample/train-images-idx3-ubyte.gz")) {
      sample = file.readAllBytes();
    }
    int piece = sample.length / 3 + 1;
    Path to = directory.resolve("mnist");
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) -> ScriptedServer.send(out, request, sample, "\"v1\"", piece))) {
      Tool.Run run =
          Tool.run(
              "fetch",
              "mnist",
              "--to",
              to.toString(),
              "--pause",
              "0",
              "--mirror",
              server.address("/mnist").toString());
      assertThat(run.exit()).as(run.all()).isEqualTo(2);
      assertThat(run.err().get(run.err().size() - 1))
          .startsWith("e2spark: Wrong checksum of ")
          .contains("train-images-idx3-ubyte.gz");
      assertThat(server.requests())
          .extracting(ScriptedServer.Request::from)
          .containsExactly(0, piece, 2 * piece);
    }
    try (var left = Files.list(to)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void badInputIsOneLineAndLeavesNoFolder() throws IOException {
    MnistSample.extract(directory.resolve("raw"));
    Tool.Run run =
        Tool.run(
            "prepare",
            "idx",
            "--from",
            directory.resolve("raw").toString(),
            "--out",
            shards().toString(),
            "--pad",
            "20x20");
    assertThat(run.exit()).as(run.all()).isEqualTo(2);
    assertThat(run.err())
        .singleElement()
        .asString()
        .isEqualTo("e2spark: Cannot pad images of shape 1x28x28 to 20x20 (must not be smaller)");
    assertThat(run.out()).isEmpty();
    assertThat(shards()).doesNotExist();
  }
}
