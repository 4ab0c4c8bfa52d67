package org.e2spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.checkpoint.CheckpointStore.Checkpoint;
import org.e2spark.checkpoint.CheckpointStore.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {

  @TempDir Path folder;
  private CheckpointStore store;

  @BeforeEach
  void open() {
    store = new CheckpointStore(new org.apache.hadoop.fs.Path(folder.toUri()), configuration());
  }

  /** Raw files without checksum files beside them, as on an object store. */
  private static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    return configuration;
  }

  private void save(long sequence) {
    store.save(sequence, "n" + sequence, contents(sequence), () -> {});
  }

  private static Map<String, byte[]> contents(long sequence) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put("weights", new byte[] {(byte) sequence, 2, 3});
    contents.put("state", ("{" + sequence + "}").getBytes(StandardCharsets.UTF_8));
    return contents;
  }

  private void assertNewest(long sequence) {
    Optional<Name> newest = store.newest();
    assertThat(newest).get().extracting(Name::sequence).isEqualTo(sequence);
    Checkpoint read = store.read(newest.get());
    assertThat(read.content("weights")).isEqualTo(contents(sequence).get("weights"));
    assertThat(store.read(newest.get(), "state")).isEqualTo(contents(sequence).get("state"));
  }

  @Test
  void thereIsNoneAtFirst() {
    assertThat(store.newest()).isEmpty();
  }

  @Test
  void theNewestIsFoundAndTwoAreKept() throws IOException {
    for (long sequence = 1; sequence <= 5; sequence++) {
      save(sequence);
      assertNewest(sequence);
    }
    assertThat(directories()).containsExactly("n4", "n5");
  }

  @Test
  void moreAreKeptWhereAskedAndFoundWhenFewerAre() throws IOException {
    store = store(4);
    for (long sequence = 1; sequence <= 7; sequence++) {
      save(sequence);
      assertNewest(sequence);
    }
    assertThat(directories()).containsExactly("n4", "n5", "n6", "n7");
    assertThat(store.find(5)).get().extracting(Name::directory).isEqualTo("n5");
    assertThat(store.find(3)).isEmpty();
    store = store(2);
    assertNewest(7);
    assertThat(store.find(6)).isPresent();
    save(8);
    assertNewest(8);
    save(9);
    assertNewest(9);
    assertThat(directories()).containsExactly("n8", "n9");
    assertThat(folder.resolve("newest-1.json")).exists();
    assertThat(folder.resolve("newest-2.json")).doesNotExist();
    store = store(3);
    assertNewest(9);
    save(10);
    assertNewest(10);
  }

  private CheckpointStore store(int kept) {
    return new CheckpointStore(
        new org.apache.hadoop.fs.Path(folder.toUri()), configuration(), kept);
  }

  @Test
  void aDamagedOneIsPassedOver() throws IOException {
    save(1);
    save(2);
    byte[] weights = Files.readAllBytes(folder.resolve("n2/weights"));
    weights[1] ^= 1;
    Files.write(folder.resolve("n2/weights"), weights);
    assertNewest(1);
    save(2);
    assertNewest(2);
  }

  @Test
  void aWriteThatWasCutShortAnywhereLeavesTheOneBefore() throws IOException {
    save(1);
    save(2);
    save(3);
    Map<Path, byte[]> whole = snapshot();
    save(4);
    Map<Path, byte[]> after = snapshot();
    List<Path> written =
        Stream.of("n4/weights", "n4/state", "n4/manifest.json", "newest-0.json")
            .map(folder::resolve)
            .toList();
    for (int done = 0; done < written.size(); done++) {
      for (boolean half : new boolean[] {false, true}) {
        restore(whole);
        for (int i = 0; i < done; i++) {
          put(written.get(i), after.get(written.get(i)));
        }
        if (half) {
          byte[] content = after.get(written.get(done));
          put(written.get(done), java.util.Arrays.copyOf(content, content.length / 2));
        }
        assertNewest(3);
      }
    }
    restore(after);
    assertNewest(4);
  }

  @Test
  void whoeverMayNotWriteAnyMoreLeavesTheNewest() throws IOException {
    save(1);
    save(2);
    assertThatThrownBy(
            () ->
                store.save(
                    3,
                    "n3",
                    contents(3),
                    () -> {
                      throw new CheckpointException("Attempt 1 is over");
                    }))
        .hasMessage("Attempt 1 is over");
    assertNewest(2);
  }

  @Test
  void aPointerThatIsNoPointerLeavesTheOther() throws IOException {
    save(1);
    save(2);
    Files.write(folder.resolve("newest-0.json"), new byte[] {'{', 1, 2});
    assertNewest(1);
    Files.delete(folder.resolve("newest-0.json"));
    Files.createDirectory(folder.resolve("newest-0.json"));
    assertNewest(1);
  }

  @Test
  void anOldCheckpointThatCannotBeDeletedStays() throws IOException {
    save(1);
    save(2);
    Files.delete(folder.resolve("n1/state"));
    Files.delete(folder.resolve("n1/weights"));
    Files.delete(folder.resolve("n1/manifest.json"));
    Files.delete(folder.resolve("n1"));
    save(3);
    assertNewest(3);
  }

  @Test
  void whenNoneIsWholeThatIsAnErrorNotAFreshStart() throws IOException {
    save(1);
    Files.delete(folder.resolve("n1/state"));
    assertThatThrownBy(store::newest)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("n1/state is missing");
  }

  private List<String> directories() throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(Files::isDirectory)
          .map(p -> p.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  private Map<Path, byte[]> snapshot() throws IOException {
    Map<Path, byte[]> files = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(file, Files.readAllBytes(file));
      }
    }
    return files;
  }

  private void restore(Map<Path, byte[]> files) throws IOException {
    for (Path file : snapshot().keySet()) {
      Files.delete(file);
    }
    for (Map.Entry<Path, byte[]> file : files.entrySet()) {
      put(file.getKey(), file.getValue());
    }
  }

  private static void put(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }
}
