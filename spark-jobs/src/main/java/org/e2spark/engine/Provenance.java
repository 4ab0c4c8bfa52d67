package org.e2spark.engine;

import ai.djl.engine.Engine;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkContext;

/** Where a model comes from: the versions and the machines that made it. */
final class Provenance {

  private Provenance() {}

  static Map<String, String> of(SparkContext context, int workers, int threads) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("e2spark", version(Provenance.class));
    facts.put("spark", context.version());
    facts.put("djl", Engine.getDjlVersion());
    facts.put("java", System.getProperty("java.version"));
    facts.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("master", context.master());
    facts.put("workers", Integer.toString(workers));
    facts.put("threadsPerWorker", Integer.toString(threads));
    return facts;
  }

  private static String version(Class<?> type) {
    String version = type.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
