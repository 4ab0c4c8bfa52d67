package org.e2spark.data.source.known;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the files of a known set in a folder of any file system, and verifies them. */
record KnownFiles(String folder, Configuration conf) {

  private static final Logger log = LoggerFactory.getLogger(KnownFiles.class);

  /** Whether the folder holds the file, gzipped or not. */
  boolean has(String name) {
    return find(List.of(name, name + ".gz")).isPresent();
  }

  /**
   * Returns the path of a file, gzipped or not, whose content has a known hash.
   *
   * @throws BadImageDataException if it is missing
   * @throws ChecksumException if it is another file
   */
  String verified(String name, Checksum checksum) {
    return verify(present(name), checksum);
  }

  /**
   * Returns the path of a file of which no hash is published; the folder's own list must have one.
   *
   * @throws BadImageDataException if the file, or a hash of it, is missing
   * @throws ChecksumException if it is another file
   */
  String verified(String name) {
    Path file = present(name);
    Checksum checksum =
        ChecksumList.find(folder, file.getName(), conf)
            .orElseThrow(
                () ->
                    new BadImageDataException(
                        file.toString(),
                        Text.format(
                            "its hash in %s beside it (fetching the set writes it; for files you trust: sha256sum * > %s)",
                            ChecksumList.NAME, ChecksumList.NAME),
                        "none, and none is published"));
    return verify(file, checksum);
  }

  private Path present(String name) {
    return find(List.of(name, name + ".gz"))
        .orElseThrow(
            () ->
                new BadImageDataException(
                    folder, "the file " + name + " (or " + name + ".gz)", "none"));
  }

  private Optional<Path> find(List<String> names) {
    for (String name : names) {
      Path path = new Path(folder, name);
      try {
        FileSystem fileSystem = path.getFileSystem(conf);
        if (fileSystem.exists(path)) {
          return Optional.of(path);
        }
      } catch (IOException e) {
        throw new BadImageDataException(path.toString(), "a readable file", "" + e, e);
      }
    }
    return Optional.empty();
  }

  private String verify(Path path, Checksum checksum) {
    try {
      String found = checksum.hash(path.getFileSystem(conf).open(path));
      if (!found.equals(checksum.hex())) {
        throw new ChecksumException(path.toString(), checksum, found);
      }
      log.info("{} is the published file: {}", path, checksum);
      return path.toString();
    } catch (IOException e) {
      throw new BadImageDataException(path.toString(), 0, "readable bytes", e.toString(), e);
    }
  }
}
