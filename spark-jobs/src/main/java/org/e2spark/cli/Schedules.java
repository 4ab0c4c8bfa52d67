package org.e2spark.cli;

import java.util.Arrays;
import java.util.List;
import org.e2spark.train.Schedule;
import org.e2spark.train.Span;

/** Schedules as they are written on a command line: a name and its numbers, joined by colons. */
final class Schedules {

  static final String FORMS =
      "constant, one-cycle[:RISE:DIVISION:FINAL_DIVISION], step:FACTOR:PLACE[:PLACE...],"
          + " exponential:FACTOR[:CONSTANT_EPOCHS], cosine[:LAST]";

  private Schedules() {}

  /**
   * Reads a schedule.
   *
   * @throws IllegalArgumentException when the text is none
   */
  static Schedule of(String text) {
    String[] words = text.split(":", -1);
    List<String> values = Arrays.asList(words).subList(1, words.length);
    try {
      return of(words[0], values);
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw unknown(text, e);
    }
  }

  private static Schedule of(String name, List<String> values) {
    return switch (name) {
      case "constant" -> only(values, 0, new Schedule.Constant());
      case "one-cycle" ->
          values.isEmpty()
              ? Schedule.OneCycle.DEFAULT
              : only(
                  values,
                  3,
                  new Schedule.OneCycle(number(values, 0), number(values, 1), number(values, 2)));
      case "step" ->
          new Schedule.Step(
              number(values, 0), values.subList(1, values.size()).stream().map(Span::of).toList());
      case "exponential" ->
          only(
              values,
              2,
              new Schedule.Exponential(
                  number(values, 0), values.size() < 2 ? 1 : Integer.parseInt(values.get(1))));
      case "cosine" ->
          only(values, 1, new Schedule.Cosine(values.isEmpty() ? 0 : number(values, 0)));
      default -> throw unknown(name, null);
    };
  }

  private static Schedule only(List<String> values, int most, Schedule schedule) {
    if (values.size() > most) {
      throw unknown(String.join(":", values), null);
    }
    return schedule;
  }

  private static double number(List<String> values, int index) {
    return Double.parseDouble(values.get(index));
  }

  private static IllegalArgumentException unknown(String text, RuntimeException cause) {
    return new IllegalArgumentException(
        "'" + text + "' is no schedule (there are: " + FORMS + ")", cause);
  }
}
