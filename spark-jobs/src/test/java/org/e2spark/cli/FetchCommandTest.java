package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.e2spark.data.source.known.Checksum;
import org.e2spark.data.source.known.RemoteFile;
import org.e2spark.data.source.known.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code e2spark fetch} from a server that drops connections, or sends something else. */
class FetchCommandTest {

  private static final String TAG = "\"v1\"";
  private static final URI OFFICIAL = URI.create("http://official.invalid/set.bin");

  @TempDir Path folder;

  private final byte[] body = new byte[300_000];

  FetchCommandTest() {
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31 + i / 251);
    }
  }

  private CommandRun fetch(URI mirror) {
    RemoteFile file =
        new RemoteFile(
            "set.bin", List.of(OFFICIAL), Checksum.sha256(SampleFolders.sha256(body)), List.of());
    CommandLine command = Main.configured(new CommandLine(new FetchCommand(name -> List.of(file))));
    return CommandRun.of(
        command,
        "cifar10",
        "--to",
        folder.toString(),
        "--mirror",
        mirror.toString(),
        "--pause",
        "0",
        "--attempts",
        "2");
  }

  @Test
  void goesOnWhereConnectionsBreakAndShowsProgress() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) ->
                ScriptedServer.send(out, request, body, TAG, number < 4 ? 70_000 : body.length))) {
      CommandRun run = fetch(server.address("/mirror"));
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(Files.readAllBytes(folder.resolve("set.bin"))).isEqualTo(body);
      assertThat(run.out())
          .contains("Verified: " + folder.resolve("set.bin"))
          .contains("Next: e2spark prepare cifar10 --from " + folder);
      assertThat(run.err()).contains("set.bin").contains("MiB");
      assertThat(server.requests())
          .extracting(ScriptedServer.Request::path)
          .containsOnly("/mirror/set.bin");
      assertThat(server.requests())
          .extracting(ScriptedServer.Request::from)
          .containsExactly(0, 70_000, 140_000, 210_000);
    }
  }

  @Test
  void anotherFileIsRefusedAndNotKept() throws IOException {
    byte[] other = body.clone();
    other[1000] ^= 1;
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) ->
                ScriptedServer.send(out, request, other, TAG, other.length))) {
      CommandRun run = fetch(server.address("/"));
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.errors()).last().asString().startsWith("e2spark: Wrong checksum of ");
      try (var left = Files.list(folder)) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void givesUpInOneLineAndKeepsWhatArrived() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) -> {
              if (number == 1) {
                ScriptedServer.send(out, request, body, TAG, 70_000);
              } else {
                ScriptedServer.status(out, "503 Service Unavailable");
              }
            })) {
      CommandRun run = fetch(server.address("/"));
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.errors())
          .last()
          .asString()
          .startsWith("e2spark: Cannot fetch set.bin")
          .contains("answers 503", "70000 bytes are kept");
      assertThat(run.err()).doesNotContain("\tat ");
      assertThat(folder.resolve("set.bin")).doesNotExist();
    }
  }
}
