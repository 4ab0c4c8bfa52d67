package org.e2spark.nn.container;

import org.e2spark.group.SubgroupId;
import org.e2spark.nn.FieldType;

/**
 * Forgets symmetries: the same channels, from here on read as fields of a subgroup (<a
 * href="https://arxiv.org/abs/1911.08251">Weiler and Cesa 2019</a>, section 2.7).
 *
 * <p>A regular field of the larger group becomes several of the smaller one, side by side in one
 * representation; {@link DisentangleModule} takes them apart.
 */
public final class RestrictionModule extends ChannelOrder {

  private final SubgroupId id;

  /**
   * @param id the symmetries that stay
   * @throws IllegalArgumentException if the space of {@code type} has no such subgroup
   */
  public RestrictionModule(FieldType type, SubgroupId id) {
    super(type, type.restrict(id));
    this.id = id;
  }

  /** The symmetries that stay. */
  public SubgroupId id() {
    return id;
  }
}
