package org.e2spark.spec;

import java.util.List;

/**
 * Kinds of layers, found by {@link java.util.ServiceLoader} through the class path of every JVM
 * that builds networks.
 */
public interface LayerKindProvider {

  /** The kinds. */
  List<LayerKind> kinds();
}
