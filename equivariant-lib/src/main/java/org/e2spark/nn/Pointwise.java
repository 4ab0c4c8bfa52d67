package org.e2spark.nn;

import org.e2spark.group.Representation;
import org.e2spark.text.Text;

/** Treats every channel on its own, which commutes with representations by permutations. */
public abstract class Pointwise extends EquivariantModule {

  /**
   * On fields that permute their channels.
   *
   * @throws FieldTypeException if a field's representation does not support "pointwise" operations
   */
  protected Pointwise(FieldType type) {
    super(type, type);
    requireSupport(type, "pointwise", name());
  }

  /**
   * Refuses fields with which an operation does not commute.
   *
   * @param kind of operation, such as "pointwise" ({@link Representation#supportedNonlinearities})
   * @param who asks
   * @throws FieldTypeException if a field's representation does not support the kind of operation
   */
  public static void requireSupport(FieldType type, String kind, String who) {
    for (Representation representation : type.representations()) {
      if (!representation.supports(kind)) {
        throw new FieldTypeException(
            Text.format(
                "%s needs representations that support \"%s\" operations but was given %s, which"
                    + " supports %s, in %s",
                who, kind, representation.name(), representation.supportedNonlinearities(), type));
      }
    }
  }
}
