package org.e2spark.data.source;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What one task found: images by split and class, and bad records, one more than tolerated at most.
 */
record PartReport(Map<String, long[]> counts, List<BadImageDataException> bad)
    implements Serializable {

  static PartReport of(Iterator<Reading> readings, int classes, int tolerated) {
    Map<String, long[]> counts = new HashMap<>();
    List<BadImageDataException> bad = new ArrayList<>();
    while (readings.hasNext() && bad.size() <= tolerated) {
      Reading reading = readings.next();
      if (reading instanceof Reading.Good good) {
        counts
            .computeIfAbsent(good.sample().split(), key -> new long[classes])[
            good.sample().label()]++;
      } else if (reading instanceof Reading.Bad found) {
        bad.add(found.reason());
      }
    }
    return new PartReport(counts, bad);
  }
}
