package org.e2spark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** Records as JSON and back; a field that is unknown or missing is an error. */
public final class Json {

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(
              com.fasterxml.jackson.databind.DeserializationFeature
                  .FAIL_ON_MISSING_CREATOR_PROPERTIES);

  private Json() {}

  /** A record as indented JSON. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /** A record as JSON on one line. */
  public static String line(Object value) {
    try {
      return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /**
   * A record from JSON.
   *
   * @param where named in the message when it does not fit
   * @throws CheckpointException when the text is no such record
   */
  public static <T> T read(String text, Class<T> type, String where) {
    try {
      T value = MAPPER.readValue(text, type);
      if (value == null) {
        throw new CheckpointException(where + " is empty");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          where + " is not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
    }
  }
}
