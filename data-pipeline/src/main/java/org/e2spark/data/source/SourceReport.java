package org.e2spark.data.source;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

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

  /** The number of images of one split; 0 if there is none of that name. */
  public long images(String split) {
    return counts.getOrDefault(split, List.of()).stream().mapToLong(Long::longValue).sum();
  }

  /** The classes of which there are test images but none to train on. */
  public List<Integer> untrained() {
    List<Long> train = counts.get("train");
    List<Long> test = counts.get("test");
    if (train == null || test == null) {
      return List.of();
    }
    return IntStream.range(0, train.size())
        .filter(label -> train.get(label) == 0 && test.get(label) > 0)
        .boxed()
        .toList();
  }

  /** The number of images of one class in all splits. */
  public long imagesOfClass(int label) {
    return counts.values().stream().mapToLong(split -> split.get(label)).sum();
  }
}
