package org.e2spark.torch;

import ai.djl.engine.Engine;

/** Loads the native library once: its functions must not be called before the engine exists. */
final class EngineStart {

  static final String NAME = "PyTorch";

  private EngineStart() {}

  private static final class Holder {
    static final Engine ENGINE = Engine.getEngine(NAME);
  }

  static Engine ensure() {
    return Holder.ENGINE;
  }
}
