package org.e2spark.data.source.known;

import java.net.URI;
import java.util.List;
import org.e2spark.data.text.Text;

/**
 * A published file.
 *
 * @param name its name in the folder it is fetched to
 * @param addresses where it is published; the first is the official one, others are tried after it
 * @param checksum what it must hash to
 * @param members if it is a gzipped tar archive, the names (without folders) of the files to take
 *     out of it; else empty
 */
public record RemoteFile(
    String name, List<URI> addresses, Checksum checksum, List<String> members) {

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is not a plain file name or there is no address
   */
  public RemoteFile {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || addresses.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid remote file: '%s' at %s (a plain name and at least one address)",
              name, addresses));
    }
    addresses = List.copyOf(addresses);
    members = List.copyOf(members);
  }
}
