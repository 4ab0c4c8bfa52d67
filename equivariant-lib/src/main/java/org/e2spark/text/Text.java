package org.e2spark.text;

import com.google.errorprone.annotations.FormatMethod;
import java.util.Locale;

/** Text made of values, the same in every locale: for messages, file names and programs. */
public final class Text {

  private Text() {}

  /**
   * Returns the format with its values filled in, by the rules of {@link Locale#ROOT}: digits are
   * ASCII, whatever the user's language.
   *
   * @throws java.util.IllegalFormatException if format and values do not fit
   */
  @FormatMethod
  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
