package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;

/**
 * Normalises single images by the mean and mean square of groups of channels.
 *
 * <p>The mean of a group is taken, and removed, along its channels' part of an invariant vector;
 * then every channel is divided by the root of its group's mean square.
 *
 * @param groups how many
 * @param extent over what means are taken, besides the channels of a group
 * @param group of each channel, int64
 * @param invariant (1, channels, 1, 1)
 * @param squares of the invariant vector's part in each group, (1, groups, 1, 1)
 * @param sizes channels of each group, (1, groups, 1, 1)
 * @param eps added to variances
 * @param scaling what follows, or null
 */
public record FieldMoments(
    int groups,
    Extent extent,
    NDArray group,
    NDArray invariant,
    NDArray squares,
    NDArray sizes,
    double eps,
    Scaling scaling)
    implements PlainLayer {

  /** Over what a mean is taken. */
  public enum Extent {
    /** All pixels of an image. */
    IMAGE,
    /** Nothing but the channels that belong together. */
    PIXEL
  }

  /**
   * Scales fields, and shifts their invariant parts.
   *
   * @param weight (fields)
   * @param field of each channel, int64
   * @param bias (invariant parts), or null
   * @param shifts (invariant parts, channels): what each adds to the channels; or null
   */
  public record Scaling(NDArray weight, NDArray field, NDArray bias, NDArray shifts) {}

  @Override
  public String write(Program program, String x) {
    String along = program.array("invariant", invariant);
    String owner = program.array("group", group);
    String projected = program.let("torch.mul(%s, %s)", x, along);
    String mean = ofGroups(program, projected, program.array("squares", squares));
    String y =
        program.let(
            "torch.sub(%s, torch.mul(torch.index_select(%s, 1, %s), %s))", x, mean, owner, along);
    String square = program.let("torch.square(%s)", y);
    String variance = ofGroups(program, square, program.array("sizes", sizes));
    String scale =
        program.let(
            "torch.index_select(torch.rsqrt(torch.add(%s, %s)), 1, %s)", variance, eps, owner);
    if (scaling != null) {
      scale =
          program.let(
              "torch.mul(%s, torch.reshape(torch.index_select(%s, 0, %s), [1, -1, 1, 1]))",
              scale,
              program.array("weight", scaling.weight()),
              program.array("field", scaling.field()));
    }
    String scaled = program.let("torch.mul(%s, %s)", y, scale);
    return scaling == null || scaling.bias() == null
        ? scaled
        : program.let(
            "torch.add(%s, torch.reshape(torch.matmul(%s, %s), [1, -1, 1, 1]))",
            scaled,
            program.array("bias", scaling.bias()),
            program.array("shifts", scaling.shifts()));
  }

  /** The sum over a group's channels, averaged over the extent, by a divisor. */
  private String ofGroups(Program program, String channels, String divisor) {
    String reduced =
        extent == Extent.IMAGE ? program.let("torch.mean(%s, [2, 3], True)", channels) : channels;
    return groups == 1
        ? program.let("torch.div(torch.sum(%s, [1], True), %s)", reduced, divisor)
        : program.let(
            "torch.div(torch.index_add(torch.zeros_like(torch.narrow(%1$s, 1, 0, %2$d)), 1, %3$s,"
                + " %1$s), %4$s)",
            reduced, groups, program.array("group", group), divisor);
  }
}
