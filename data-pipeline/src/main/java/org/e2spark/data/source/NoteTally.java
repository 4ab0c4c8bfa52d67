package org.e2spark.data.source;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * Counts the images of each {@link ImageNote}, by their ids: however often a task is tried or an
 * image is read, it counts once.
 *
 * <p>Synchronised because an executor's heartbeat serialises it while the task adds to it.
 */
final class NoteTally extends AccumulatorV2<Reading.Good, List<SourceNote>> {

  private static final long serialVersionUID = 1L;

  /** The names of profiles are anybody's, and the driver holds them all. */
  private static final int MOST_NOTES = 100;

  private static final String FURTHER = "something beyond the first " + MOST_NOTES + " kinds";

  private static final class Seen implements Serializable {
    private static final long serialVersionUID = 1L;
    private final Roaring64NavigableMap ids = new Roaring64NavigableMap();
    private String example;

    void add(long id, String place) {
      ids.addLong(id);
      rename(place);
    }

    void add(Seen other) {
      ids.or(other.ids);
      rename(other.example);
    }

    private void rename(String place) {
      example = example == null || place.compareTo(example) < 0 ? place : example;
    }
  }

  private final TreeMap<String, Seen> notes = new TreeMap<>();

  private Seen seen(String text) {
    Seen seen = notes.get(text);
    if (seen == null) {
      String kept = notes.size() < MOST_NOTES ? text : FURTHER;
      seen = notes.computeIfAbsent(kept, key -> new Seen());
    }
    return seen;
  }

  @Override
  public synchronized void add(Reading.Good reading) {
    for (ImageNote note : reading.notes()) {
      seen(note.text()).add(reading.sample().id(), reading.place());
    }
  }

  @Override
  public void merge(AccumulatorV2<Reading.Good, List<SourceNote>> other) {
    NoteTally copied = (NoteTally) other.copy();
    synchronized (this) {
      copied.notes.forEach((text, theirs) -> seen(text).add(theirs));
    }
  }

  @Override
  public synchronized AccumulatorV2<Reading.Good, List<SourceNote>> copy() {
    NoteTally copy = new NoteTally();
    for (Map.Entry<String, Seen> entry : notes.entrySet()) {
      copy.notes.computeIfAbsent(entry.getKey(), key -> new Seen()).add(entry.getValue());
    }
    return copy;
  }

  @Override
  public synchronized boolean isZero() {
    return notes.isEmpty();
  }

  @Override
  public synchronized void reset() {
    notes.clear();
  }

  @Override
  public synchronized List<SourceNote> value() {
    return notes.entrySet().stream()
        .map(
            note ->
                new SourceNote(
                    note.getKey(),
                    note.getValue().ids.getLongCardinality(),
                    note.getValue().example))
        .toList();
  }

  private synchronized void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
  }
}
