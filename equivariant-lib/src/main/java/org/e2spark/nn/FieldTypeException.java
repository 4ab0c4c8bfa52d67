package org.e2spark.nn;

import org.e2spark.group.Representation;

/** A tensor or module has another field type than the one it met needs; the message names both. */
public final class FieldTypeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** With a message that names both types. */
  public FieldTypeException(String message) {
    super(message);
  }

  /**
   * Refuses another type than the one needed.
   *
   * @param who asks
   */
  public static void check(String who, FieldType needed, FieldType given) {
    if (!needed.equals(given)) {
      throw new FieldTypeException(who + " needs " + needed + " but was given " + given);
    }
  }

  /**
   * Refuses a representation that changes the length of vectors.
   *
   * @param who asks
   */
  public static void checkOrthonormal(Representation representation, String who) {
    if (!representation.isOrthonormal()) {
      throw new FieldTypeException(
          who
              + " needs representations that keep lengths, with an orthonormal change of basis, but"
              + " was given "
              + representation);
    }
  }
}
