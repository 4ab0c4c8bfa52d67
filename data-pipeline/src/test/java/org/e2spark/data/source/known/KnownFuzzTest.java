package org.e2spark.data.source.known;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.BadImageDataException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Arbitrary bytes as the lists of checksums and the archives of published sets: each is read or
 * fails as {@link BadImageDataException}.
 *
 * <p>The build runs the kept inputs; to search for new ones, one target at a time:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn -pl data-pipeline test -Dtest='KnownFuzzTest#checksums'
 * }</pre>
 */
@Tag("fuzz")
class KnownFuzzTest {

  private static final Configuration CONF = new Configuration(false);

  @TempDir Path dir;

  @FuzzTest(maxDuration = "2m")
  void checksums(byte[] data) throws IOException {
    Files.write(dir.resolve(ChecksumList.NAME), data);
    try {
      ChecksumList.find(dir.toString(), "train.bin", CONF);
    } catch (BadImageDataException expected) {
      return;
    }
    ChecksumList.of(dir).add("train.bin", "00".repeat(32));
    if (ChecksumList.find(dir.toString(), "train.bin", CONF).isEmpty()) {
      throw new AssertionError("A list loses what is added");
    }
  }

  @FuzzTest(maxDuration = "2m")
  void archive(byte[] data) throws IOException {
    Path archive = Files.write(dir.resolve("set.tar.gz"), data);
    Path folder = dir.resolve("out");
    Files.createDirectories(folder);
    try {
      ArchiveMembers.unpack(archive, folder, List.of("a"));
    } catch (BadImageDataException expected) {
      return;
    } finally {
      Files.deleteIfExists(folder.resolve("a"));
      Files.deleteIfExists(folder.resolve(ChecksumList.NAME));
    }
  }
}
