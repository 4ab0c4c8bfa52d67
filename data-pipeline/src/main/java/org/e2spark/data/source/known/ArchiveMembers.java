package org.e2spark.data.source.known;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.e2spark.data.source.BadImageDataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes files out of a verified {@code .tar.gz} and writes their checksums beside them, so that
 * they can be verified later without the archive.
 */
final class ArchiveMembers {

  private static final Logger log = LoggerFactory.getLogger(ArchiveMembers.class);

  private ArchiveMembers() {}

  /**
   * Unpacks the wanted files, by their names without folders.
   *
   * @throws BadImageDataException if the archive lacks one or is damaged
   */
  static void unpack(Path archive, Path folder, List<String> wanted) throws IOException {
    if (ChecksumList.of(folder).containsAll(wanted)
        && wanted.stream().allMatch(name -> Files.exists(folder.resolve(name)))) {
      return;
    }
    List<String> missing = new ArrayList<>(wanted);
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)), 1 << 16))) {
      for (TarArchiveEntry entry = next(tar, archive);
          entry != null && !missing.isEmpty();
          entry = next(tar, archive)) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (entry.isFile() && missing.remove(name)) {
          ChecksumList.of(folder).add(name, unpack(typed(tar, archive), folder, name));
        }
      }
    } catch (ZipException | EOFException e) {
      throw damaged(archive, e);
    }
    if (!missing.isEmpty()) {
      throw new BadImageDataException(
          archive.toString(), "files " + wanted, "none of the name " + missing.get(0));
    }
  }

  private static TarArchiveEntry next(TarArchiveInputStream tar, Path archive) {
    try {
      return tar.getNextEntry();
    } catch (IOException | RuntimeException e) {
      // Damaged archives make the reader fail in several ways; each means the same.
      throw damaged(archive, e);
    }
  }

  /** The same bytes, with failures to read told from failures to write what was read. */
  private static InputStream typed(InputStream tar, Path archive) {
    return new FilterInputStream(tar) {
      @Override
      public int read(byte[] target, int from, int length) {
        try {
          return super.read(target, from, length);
        } catch (IOException | RuntimeException e) {
          throw damaged(archive, e);
        }
      }
    };
  }

  private static BadImageDataException damaged(Path archive, Exception cause) {
    return new BadImageDataException(archive.toString(), "a .tar.gz", cause.toString(), cause);
  }

  private static String unpack(InputStream tar, Path folder, String name) throws IOException {
    try {
      Path part = folder.resolve(name + ".part");
      // Not closed: it would close the archive.
      DigestInputStream digest = new DigestInputStream(tar, MessageDigest.getInstance("SHA-256"));
      Files.copy(digest, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      log.info("Unpacked {}", folder.resolve(name));
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
