package org.e2spark.data.source.known;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.BadImageDataException;

/**
 * The file {@code SHA256SUMS} of a folder, in the form of the tool {@code sha256sum}: a line a
 * file.
 */
final class ChecksumList {

  static final String NAME = "SHA256SUMS";

  private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{64}) [ *](.+)");
  private static final int MAX_BYTES = 1 << 20;

  private final Path folder;
  private final Map<String, String> hashes;

  private ChecksumList(Path folder, Map<String, String> hashes) {
    this.folder = folder;
    this.hashes = hashes;
  }

  /** The list of a local folder, empty if it has none. */
  static ChecksumList of(Path folder) {
    return new ChecksumList(folder, read(folder.toUri().toString(), new Configuration(false)));
  }

  /** The checksum a folder of any file system gives for a file. */
  static Optional<Checksum> find(String folder, String name, Configuration conf) {
    return Optional.ofNullable(read(folder, conf).get(name)).map(Checksum::sha256);
  }

  boolean containsAll(Collection<String> names) {
    return hashes.keySet().containsAll(names);
  }

  /** Adds a line, or replaces it. */
  void add(String name, String hex) throws IOException {
    hashes.put(name, hex);
    StringBuilder text = new StringBuilder();
    hashes.forEach((file, hash) -> text.append(hash).append("  ").append(file).append('\n'));
    Path part = folder.resolve(NAME + ".part");
    Files.writeString(part, text.toString());
    Files.move(part, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Map<String, String> read(String folder, Configuration conf) {
    Map<String, String> hashes = new TreeMap<>();
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder, NAME);
    try (InputStream in = path.getFileSystem(conf).open(path)) {
      String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
          throw new BadImageDataException(
              path.toString(), "lines of a SHA-256 hash, two blanks and a file name", line);
        }
        hashes.put(matcher.group(2), matcher.group(1));
      }
      return hashes;
    } catch (FileNotFoundException e) {
      return hashes;
    } catch (IOException e) {
      throw new BadImageDataException(path.toString(), "a readable file", e.toString(), e);
    }
  }
}
