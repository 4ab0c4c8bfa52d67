package org.e2spark.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of training, in samples over all workers or in epochs; written {@code 500samples} or
 * {@code 2.5epochs}.
 *
 * @param amount at least 0
 * @param unit of the amount
 */
public record Span(double amount, Unit unit) implements Serializable {

  /** No time at all. */
  public static final Span NONE = new Span(0, Unit.SAMPLES);

  private static final Pattern FORM =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(sample|epoch)s?", Pattern.CASE_INSENSITIVE);

  /** What is counted. */
  public enum Unit {
    /** Images, over all workers. */
    SAMPLES,
    /** Times through the split. */
    EPOCHS
  }

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when the amount is negative or no number
   */
  public Span {
    if (!(amount >= 0 && amount < 1e15)) {
      throw new IllegalArgumentException("Invalid span: " + amount + " (must be in [0, 1e15))");
    }
  }

  public static Span samples(long count) {
    return new Span(count, Unit.SAMPLES);
  }

  public static Span epochs(double count) {
    return new Span(count, Unit.EPOCHS);
  }

  /**
   * Reads a span as it is written.
   *
   * @throws IllegalArgumentException when the text is none
   */
  @JsonCreator
  public static Span of(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no span of training (such as 500samples or 2epochs)");
    }
    Unit unit =
        matcher.group(2).toLowerCase(Locale.ROOT).equals("epoch") ? Unit.EPOCHS : Unit.SAMPLES;
    return new Span(Double.parseDouble(matcher.group(1)), unit);
  }

  /** In samples, for epochs of this many. */
  public long inSamples(long epochSamples) {
    return Math.round(unit == Unit.EPOCHS ? amount * epochSamples : amount);
  }

  @JsonValue
  @Override
  public String toString() {
    return new BigDecimal(Double.toString(amount)).stripTrailingZeros().toPlainString()
        + unit.name().toLowerCase(Locale.ROOT);
  }
}
