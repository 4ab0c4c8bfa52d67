package org.e2spark.data.source.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetcherTest {

  private static final String TAG = "\"v1\"";
  private static final int ALL = Integer.MAX_VALUE;

  @TempDir Path dir;

  private final byte[] body = body();

  private static byte[] body() {
    byte[] images = new byte[32 * TestData.CIFAR.size()];
    for (int i = 0; i < 32; i++) {
      System.arraycopy(
          TestData.cifar(i), 0, images, i * TestData.CIFAR.size(), TestData.CIFAR.size());
    }
    return images;
  }

  private static Fetcher.Builder fetcher() {
    return Fetcher.builder().pause(Duration.ZERO).attempts(2).timeout(Duration.ofSeconds(20));
  }

  private RemoteFile remote(URI... addresses) {
    return new RemoteFile("set.bin", List.of(addresses), sha256(body), List.of());
  }

  private static Checksum sha256(byte[] bytes) {
    try {
      return Checksum.sha256(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void fetchesFromAnOrdinaryServerAndTellsHowFar() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/set.bin",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      List<Long> steps = new ArrayList<>();
      URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/set.bin");
      Path file =
          fetcher()
              .progress(
                  (name, done, total) -> {
                    assertThat(name).isEqualTo("set.bin");
                    assertThat(total).isEqualTo(body.length);
                    steps.add(done);
                  })
              .build()
              .fetch(remote(address), dir);
      assertThat(Files.readAllBytes(file)).isEqualTo(body);
      assertThat(steps).isSorted().endsWith((long) body.length);
    } finally {
      server.stop(0);
    }
    assertThat(dir.toFile().list()).containsExactly("set.bin");
  }

  @Test
  void goesOnWhereConnectionsBroke() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) -> ScriptedServer.send(out, request, body, TAG, 30_000))) {
      Path file = fetcher().build().fetch(remote(server.address("/set.bin")), dir);
      assertThat(Files.readAllBytes(file)).isEqualTo(body);
      assertThat(server.requests())
          .extracting(ScriptedServer.Request::from)
          .containsExactly(0, 30_000, 60_000, 90_000);
    }
  }

  @Test
  void keepsWhatArrivedForTheNextFetch() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) -> {
              if (number == 1 || number > 3) {
                ScriptedServer.send(out, request, body, TAG, number == 1 ? 50_000 : ALL);
              } else {
                ScriptedServer.status(out, "503 Service Unavailable");
              }
            })) {
      RemoteFile remote = remote(server.address("/set.bin"));
      assertThatThrownBy(() -> fetcher().build().fetch(remote, dir))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("50000 bytes are kept");
      assertThat(dir.resolve("set.bin")).doesNotExist();
      Path file = fetcher().build().fetch(remote, dir);
      assertThat(Files.readAllBytes(file)).isEqualTo(body);
      assertThat(server.requests().get(3).from()).isEqualTo(50_000);
    }
  }

  @Test
  void startsAgainIfTheFileHasChanged() throws IOException {
    byte[] old = body.clone();
    old[0]++;
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) ->
                ScriptedServer.send(
                    out,
                    request,
                    number == 1 ? old : body,
                    number == 1 ? TAG : "\"v2\"",
                    number == 1 ? 50_000 : ALL))) {
      Path file = fetcher().build().fetch(remote(server.address("/set.bin")), dir);
      assertThat(Files.readAllBytes(file)).isEqualTo(body);
    }
  }

  @Test
  void refusesOtherBytesAndKeepsNone() throws IOException {
    byte[] other = body.clone();
    other[100]++;
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) -> ScriptedServer.send(out, request, other, TAG, ALL))) {
      assertThatThrownBy(() -> fetcher().build().fetch(remote(server.address("/set.bin")), dir))
          .isInstanceOfSatisfying(
              ChecksumException.class,
              e -> {
                assertThat(e.expected()).isEqualTo(sha256(body).hex());
                assertThat(e.found()).isEqualTo(sha256(other).hex());
              });
    }
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void followsRedirectionsAndTriesTheNextAddress() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) -> {
              switch (request.path()) {
                case "/gone" -> ScriptedServer.status(out, "404 Not Found");
                case "/moved" -> ScriptedServer.status(out, "302 Found", "Location: /set.bin");
                default -> ScriptedServer.send(out, request, body, TAG, ALL);
              }
            })) {
      Path file =
          fetcher().build().fetch(remote(server.address("/gone"), server.address("/moved")), dir);
      assertThat(Files.readAllBytes(file)).isEqualTo(body);
      assertThatThrownBy(
              () ->
                  fetcher()
                      .build()
                      .fetch(
                          new RemoteFile(
                              "other", List.of(server.address("/gone")), sha256(body), List.of()),
                          dir))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("404");
    }
  }

  @Test
  void givesUpASilentServer() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) -> {
              ScriptedServer.send(out, request, body, TAG, 10_000);
              out.flush();
              if (number == 1) {
                await(end);
              }
            })) {
      assertThatThrownBy(
              () ->
                  fetcher()
                      .attempts(1)
                      .timeout(Duration.ofMillis(200))
                      .build()
                      .fetch(
                          new RemoteFile(
                              "set.bin",
                              List.of(server.address("/set.bin")),
                              sha256(body),
                              List.of()),
                          dir))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("timed out");
      end.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void unpacksArchivesAndLeavesTheChecksums() throws IOException {
    Map<String, byte[]> members = new TreeMap<>();
    members.put("folder/one.bin", body);
    members.put("../../two.txt", "two".getBytes(StandardCharsets.UTF_8));
    members.put("folder/unwanted.bin", new byte[10]);
    byte[] archive = tarGz(members);
    try (ScriptedServer server =
        new ScriptedServer(
            (number, request, out) -> ScriptedServer.send(out, request, archive, TAG, ALL))) {
      Path folder = dir.resolve("set");
      RemoteFile remote =
          new RemoteFile(
              "set.tar.gz",
              List.of(URI.create("http://nowhere.invalid/set.tar.gz")),
              sha256(archive),
              List.of("one.bin", "two.txt"));
      fetcher().mirror(server.address("/mirror/")).build().fetch(remote, folder);
      assertThat(server.requests().get(0).path()).isEqualTo("/mirror/set.tar.gz");
      assertThat(folder.toFile().list())
          .containsExactlyInAnyOrder("set.tar.gz", "one.bin", "two.txt", "SHA256SUMS");
      assertThat(Files.readAllBytes(folder.resolve("one.bin"))).isEqualTo(body);
      assertThat(Files.readString(folder.resolve("SHA256SUMS")))
          .contains(sha256(body).hex() + "  one.bin\n");

      KnownFiles files = new KnownFiles(folder.toString(), new Configuration());
      assertThat(files.verified("one.bin")).endsWith("one.bin");
      Files.writeString(folder.resolve("two.txt"), "tow");
      assertThatThrownBy(() -> files.verified("two.txt"))
          .isInstanceOf(ChecksumException.class)
          .hasMessageContaining("two.txt");

      RemoteFile lacking =
          new RemoteFile("set.tar.gz", remote.addresses(), remote.checksum(), List.of("three.bin"));
      assertThatThrownBy(() -> fetcher().build().fetch(lacking, folder))
          .hasMessageContaining("three.bin");
    }
  }

  private static byte[] tarGz(Map<String, byte[]> members) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(member.getKey(), true);
        entry.setSize(member.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(member.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
