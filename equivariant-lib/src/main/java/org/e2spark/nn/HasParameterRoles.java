package org.e2spark.nn;

import ai.djl.nn.Parameter;

/** A block that says what training does with its parameters. */
public interface HasParameterRoles {

  /**
   * The role of one of the block's own parameters, or null if it is none of the block's or was
   * added without one.
   */
  ParameterRole role(Parameter parameter);
}
