package org.e2spark.data.source;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pass over a source found.
 *
 * @param counts for each split, in alphabetical order, the number of images of each class
 * @param skipped the bad records that the source's tolerance lets it leave out, by place
 */
public record SourceReport(Map<String, List<Long>> counts, List<BadImageDataException> skipped) {

  /** Copies the report. */
  public SourceReport {
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(new TreeMap<>(counts)));
    skipped = List.copyOf(skipped);
  }

  /** The number of images of all splits. */
  public long images() {
    return counts.values().stream().flatMap(List::stream).mapToLong(Long::longValue).sum();
  }

  /** The number of images of one class in all splits. */
  public long imagesOfClass(int label) {
    return counts.values().stream().mapToLong(split -> split.get(label)).sum();
  }
}
