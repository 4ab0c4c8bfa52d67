package org.e2spark.nn;

/** A tensor or module has another field type than the one it met needs; the message names both. */
public final class FieldTypeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  FieldTypeException(String message) {
    super(message);
  }

  static void check(String who, FieldType needed, FieldType given) {
    if (!needed.equals(given)) {
      throw new FieldTypeException(who + " needs " + needed + " but was given " + given);
    }
  }
}
