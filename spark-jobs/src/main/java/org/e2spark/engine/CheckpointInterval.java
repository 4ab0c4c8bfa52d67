package org.e2spark.engine;

import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.e2spark.train.Span;

/**
 * How much of a training lies between checkpoints inside an epoch; at its end there always is one.
 * Written {@code 5000samples}, {@code 0.5epochs}, {@code 10min} or {@code 90s}; {@code 0} is none.
 */
public sealed interface CheckpointInterval extends Serializable {

  /** Only at the end of each epoch. */
  CheckpointInterval NONE = new Trained(Span.NONE);

  /**
   * So much was trained.
   *
   * @param length none for {@link Span#NONE}
   */
  record Trained(Span length) implements CheckpointInterval {
    @Override
    public String toString() {
      return length.amount() == 0 ? "epoch" : length.toString();
    }
  }

  /**
   * So much time has gone by.
   *
   * @param time above zero
   */
  record Elapsed(Duration time) implements CheckpointInterval {
    /** Checks the range. */
    public Elapsed {
      if (time.isNegative() || time.isZero()) {
        throw new IllegalArgumentException("Invalid time between checkpoints: " + time);
      }
    }

    @Override
    public String toString() {
      return time.toMillis() / 1000.0 + "s";
    }
  }

  /** After so many samples over all workers. */
  static CheckpointInterval samples(long count) {
    return new Trained(Span.samples(count));
  }

  /** After so much time. */
  static CheckpointInterval time(Duration time) {
    return new Elapsed(time);
  }

  /**
   * Reads an interval as it is written; a number alone counts samples.
   *
   * @throws IllegalArgumentException when the text is none
   */
  static CheckpointInterval of(String text) {
    String stripped = text.strip().toLowerCase(Locale.ROOT);
    Matcher time = Form.TIME.matcher(stripped);
    try {
      if (time.matches()) {
        double unit =
            switch (time.group(2)) {
              case "s" -> 1e3;
              case "min" -> 60e3;
              default -> 3600e3;
            };
        return time(Duration.ofMillis(Math.round(Double.parseDouble(time.group(1)) * unit)));
      }
      return stripped.matches("\\d+")
          ? samples(Long.parseLong(stripped))
          : new Trained(Span.of(stripped));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no interval of checkpoints (such as 5000samples, 0.5epochs or 10min)",
          e);
    }
  }

  /** The samples between checkpoints, in epochs of this many; 0 when they are not counted. */
  default long inSamples(long epochSamples) {
    return this instanceof Trained trained ? trained.length().inSamples(epochSamples) : 0;
  }

  /** The time between checkpoints, if that is what counts. */
  default Optional<Duration> inTime() {
    return this instanceof Elapsed elapsed ? Optional.of(elapsed.time()) : Optional.empty();
  }

  /** How times are written. */
  final class Form {
    private static final Pattern TIME = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(s|min|h)");

    private Form() {}
  }
}
