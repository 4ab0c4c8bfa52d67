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
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.e2spark.checkpoint.CheckpointStore.Checkpoint;
import org.e2spark.checkpoint.CheckpointStore.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Local files, some of which cannot be read or deleted now. */
  public static final class FailingFileSystem extends RawLocalFileSystem {
    private static final AtomicReference<String> UNREADABLE = new AtomicReference<>("-");
    private static final AtomicReference<String> STAYS = new AtomicReference<>("-");

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bytes) throws IOException {
      if (path.toString().endsWith(UNREADABLE.get())) {
        throw new IOException("503 Slow Down");
      }
      return super.open(path, bytes);
    }

    @Override
    public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
      if (path.toString().endsWith(STAYS.get())) {
        throw new IOException("403 Forbidden");
      }
      return super.delete(path, recursive);
    }
  }

  private static Configuration failing() {
    Configuration configuration = configuration();
    configuration.set("fs.file.impl", FailingFileSystem.class.getName());
    return configuration;
  }

  @Test
  void anOldCheckpointThatCannotBeDeletedStays() throws IOException {
    store = new CheckpointStore(new org.apache.hadoop.fs.Path(folder.toUri()), failing());
    FailingFileSystem.STAYS.set("/n1");
    try {
      save(1);
      save(2);
      save(3);
    } finally {
      FailingFileSystem.STAYS.set("-");
    }
    assertNewest(3);
    assertThat(directories()).containsExactly("n1", "n2", "n3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/newest-0.json", "/n2/manifest.json", "/n2/weights"})
  void whatCannotBeReadNowIsNoDamage(String file) {
    store = new CheckpointStore(new org.apache.hadoop.fs.Path(folder.toUri()), failing());
    save(1);
    save(2);
    FailingFileSystem.UNREADABLE.set(file);
    try {
      assertThatThrownBy(store::newest)
          .as("to pass it over would mean to train again what was")
          .isInstanceOf(CheckpointException.class)
          .isNotInstanceOf(DamagedException.class)
          .hasMessageContaining("503 Slow Down");
    } finally {
      FailingFileSystem.UNREADABLE.set("-");
    }
    assertNewest(2);
  }

  @Test
  void aNameIsOfWhatWasInIt() throws IOException {
    save(1);
    Name named = store.newest().orElseThrow();
    store.save(2, "n1", contents(2), () -> {});
    assertThatThrownBy(() -> store.read(named))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("is not the one that was written last");
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
