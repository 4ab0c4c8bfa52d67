package org.e2spark.ml;

import org.apache.spark.ml.util.Identifiable$;

/**
 * Hands a uid to a constructor of Spark's that runs before ours: its Params take their owner's uid
 * while they are made.
 */
final class Uids {

  private static final ThreadLocal<String> NEXT = new ThreadLocal<>();

  private Uids() {}

  /** To be called among the arguments of the constructor; null stands for a new uid. */
  static Void next(String uid) {
    NEXT.set(uid);
    return null;
  }

  /** The uid that was handed over, or a new one. */
  static String take(String prefix) {
    String uid = NEXT.get();
    NEXT.remove();
    return uid == null ? Identifiable$.MODULE$.randomUID(prefix) : uid;
  }
}
