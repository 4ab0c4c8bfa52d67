package org.e2spark.data.source;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of every file that was seen: read, or left out for a reason.
 *
 * @param read how many are read
 * @param leftOut the others, by reason
 */
public record FileAccount(long read, List<LeftOut> leftOut) {

  /**
   * Files left out for one reason.
   *
   * @param reason in words
   * @param files how many
   * @param example the path of the first
   */
  public record LeftOut(String reason, long files, String example) implements Serializable {}

  /** Copies the list. */
  public FileAccount {
    leftOut = List.copyOf(leftOut);
  }

  /** How many files there are. */
  public long seen() {
    return read + leftOut.stream().mapToLong(LeftOut::files).sum();
  }

  /** Collects an account while a folder is looked through. */
  public static final class Builder {

    private final Map<String, List<String>> reasons = new TreeMap<>();
    private long read;

    /** Counts a file that is read. */
    public void read() {
      read++;
    }

    /** Counts a file that is not. */
    public void leftOut(String reason, String path) {
      reasons.computeIfAbsent(reason, key -> new ArrayList<>()).add(path);
    }

    /** The account. */
    public FileAccount build() {
      List<LeftOut> all = new ArrayList<>();
      reasons.forEach((reason, paths) -> all.add(new LeftOut(reason, paths.size(), paths.get(0))));
      return new FileAccount(read, all);
    }
  }
}
