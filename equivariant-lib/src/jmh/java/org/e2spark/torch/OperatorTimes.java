package org.e2spark.torch;

import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How long the engine's operators take, by its own profiler. */
public final class OperatorTimes {

  /**
   * The calls of one operator.
   *
   * @param calls how many
   * @param milliseconds in all, without those of operators that it calls
   */
  public record Time(int calls, double milliseconds) {

    private Time plus(Time other) {
      return new Time(calls + other.calls, milliseconds + other.milliseconds);
    }
  }

  private record Event(String operator, double start, double end) {}

  private OperatorTimes() {}

  /** The time of every operator that is called while something runs, by its name. */
  public static Map<String, Time> of(Runnable run) {
    try {
      Path file = Files.createTempFile("operators", ".json");
      try {
        JniUtils.startProfile(false, false, false);
        try {
          run.run();
        } finally {
          JniUtils.stopProfile(file.toString());
        }
        try (Reader reader = Files.newBufferedReader(file)) {
          return sums(events(JsonParser.parseReader(reader)));
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Event> events(JsonElement trace) {
    List<Event> events = new ArrayList<>();
    for (JsonElement element : trace.getAsJsonArray()) {
      JsonObject event = element.getAsJsonObject();
      double start = event.get("ts").getAsDouble();
      events.add(
          new Event(
              event.get("name").getAsString(), start, start + event.get("dur").getAsDouble()));
    }
    // A call before the calls inside it.
    events.sort(
        Comparator.comparingDouble(Event::start)
            .thenComparing(Comparator.comparingDouble(Event::end).reversed()));
    return events;
  }

  private static Map<String, Time> sums(List<Event> events) {
    Map<String, Time> times = new TreeMap<>();
    Deque<Event> open = new ArrayDeque<>();
    for (Event event : events) {
      while (!open.isEmpty() && open.peek().end() <= event.start()) {
        open.pop();
      }
      double milliseconds = (event.end() - event.start()) / 1000;
      times.merge(event.operator(), new Time(1, milliseconds), Time::plus);
      if (!open.isEmpty()) {
        times.merge(open.peek().operator(), new Time(0, -milliseconds), Time::plus);
      }
      open.push(event);
    }
    return times;
  }
}
