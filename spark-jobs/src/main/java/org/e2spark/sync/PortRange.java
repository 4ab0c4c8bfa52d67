package org.e2spark.sync;

import java.io.Serializable;

/**
 * The ports to listen on, ends included; for firewalls and network policies.
 *
 * @param first the lowest, 1 to 65535; or 0, with {@code last} 0, for one that the system chooses
 * @param last the highest, not below {@code first}
 */
public record PortRange(int first, int last) implements Serializable {

  /** Whatever port the system chooses. */
  public static final PortRange ANY = new PortRange(0, 0);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when the ports are not a range
   */
  public PortRange {
    boolean any = first == 0 && last == 0;
    if (!any && (first < 1 || last < first || last > 65535)) {
      throw new IllegalArgumentException(
          "Invalid ports: " + first + "-" + last + " (such as 40000-40100, within 1 to 65535)");
    }
  }

  /**
   * Parses {@code 40000-40100} or one port.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  public static PortRange parse(String text) {
    String[] ends = text.split("-", -1);
    try {
      int first = Integer.parseInt(ends[0].trim());
      if (ends.length == 1) {
        return new PortRange(first, first);
      }
      if (ends.length == 2) {
        return new PortRange(first, Integer.parseInt(ends[1].trim()));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Invalid ports: " + text + " (such as 40000-40100)", e);
    }
    throw new IllegalArgumentException("Invalid ports: " + text + " (such as 40000-40100)");
  }

  /** How many there are to choose from. */
  public int size() {
    return equals(ANY) ? 65535 : last - first + 1;
  }

  @Override
  public String toString() {
    return first == last ? String.valueOf(first) : first + "-" + last;
  }
}
