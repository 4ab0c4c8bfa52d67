package org.e2spark.ml;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import org.apache.spark.ml.param.Param;
import scala.Function1;
import scala.reflect.ClassTag;

/**
 * A {@link Param} of text. What Spark 4.0.0 constructs by a {@link ClassTag}, every later one does
 * by a class.
 */
final class TextParam {

  private static final Constructor<?> BY_CLASS = constructor(Class.class);

  private TextParam() {}

  /** One that takes any text. */
  static Param<String> of(String uid, String name, String doc) {
    return of(uid, name, doc, (Function1<String, Object> & Serializable) text -> true);
  }

  /**
   * One that takes what is valid.
   *
   * @param isValid of the text
   */
  static Param<String> of(String uid, String name, String doc, Function1<String, Object> isValid) {
    try {
      Object made =
          BY_CLASS != null
              ? BY_CLASS.newInstance(uid, name, doc, isValid, String.class)
              : constructor(ClassTag.class)
                  .newInstance(uid, name, doc, isValid, ClassTag.apply(String.class));
      @SuppressWarnings("unchecked") // Both say so.
      Param<String> param = (Param<String>) made;
      return param;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("No Param of text can be made: " + e, e);
    }
  }

  /** Null where this Spark has none. */
  private static Constructor<?> constructor(Class<?> type) {
    try {
      return Param.class.getConstructor(
          String.class, String.class, String.class, Function1.class, type);
    } catch (NoSuchMethodException e) {
      return null;
    }
  }
}
