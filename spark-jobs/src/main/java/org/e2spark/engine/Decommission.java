package org.e2spark.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Spark has told this executor that its machine will be taken away ({@code
 * spark.decommission.enabled}). Spark lets tasks go on then, but does not tell them.
 */
final class Decommission {

  private static final Logger log = LoggerFactory.getLogger(Decommission.class);

  private final Object backend;
  private final Method told;

  private Decommission(Object backend, Method told) {
    this.backend = backend;
    this.told = told;
  }

  /** Of the executor that runs this. */
  static Decommission here() {
    if (SparkEnv.get().executorBackend().isEmpty()) {
      return new Decommission(null, null);
    }
    Object backend = SparkEnv.get().executorBackend().get();
    for (Method method : backend.getClass().getMethods()) {
      // The compiler of Scala puts the class before the name.
      if (method.getName().endsWith("$decommissioned")
          && method.getReturnType() == boolean.class
          && method.getParameterCount() == 0) {
        return new Decommission(backend, method);
      }
    }
    log.debug("{} does not tell whether it is decommissioned", backend.getClass());
    return new Decommission(null, null);
  }

  boolean isTold() {
    try {
      return told != null && (boolean) told.invoke(backend);
    } catch (IllegalAccessException | InvocationTargetException e) {
      log.debug("It cannot be known whether this executor is decommissioned", e);
      return false;
    }
  }
}
