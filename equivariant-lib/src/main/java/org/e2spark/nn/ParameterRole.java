package org.e2spark.nn;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import org.e2spark.text.Text;

/**
 * What training does with a parameter, which decides what workers that train together exchange of
 * it. Every parameter of a network has one: that of a module since it was added, that of another
 * block by {@link HasParameterRoles} or by DJL's own kinds of parameters.
 */
public enum ParameterRole {
  /** Changed by the optimiser; workers sum its gradients. A frozen one stays as it is. */
  TRAINED,
  /** A running statistic; workers average it, weighted by their samples. */
  AVERAGED,
  /** A number of batches, a whole one; equal on all workers that had samples. */
  COUNTED,
  /** Part of the saved state that nothing changes. */
  CONSTANT;

  /**
   * The role of a parameter.
   *
   * @param owner the block that has the parameter itself, not in a block inside it
   * @throws IllegalArgumentException if nobody has said what becomes of it in training
   */
  static ParameterRole of(Block owner, Parameter parameter) {
    ParameterRole role =
        owner instanceof HasParameterRoles known ? known.role(parameter) : ofDjlsOwn(parameter);
    if (role == null) {
      throw new IllegalArgumentException(
          Text.format(
              "Parameter %s of %s has no role in training: add it by addWeight or addBuffer, or"
                  + " implement HasParameterRoles",
              parameter.getName(), owner.getClass().getName()));
    }
    return role;
  }

  private static ParameterRole ofDjlsOwn(Parameter parameter) {
    return switch (parameter.getType()) {
      case WEIGHT, BIAS, GAMMA, BETA -> TRAINED;
      case RUNNING_MEAN, RUNNING_VAR -> AVERAGED;
      default -> parameter.requiresGradient() ? TRAINED : null;
    };
  }
}
