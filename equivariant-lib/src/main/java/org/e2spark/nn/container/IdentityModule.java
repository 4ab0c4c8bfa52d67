package org.e2spark.nn.container;

import org.e2spark.nn.FieldType;

/** Gives back what it is given; stands where a module is asked for and nothing is to be done. */
public final class IdentityModule extends ChannelOrder {

  /** On fields of {@code type}. */
  public IdentityModule(FieldType type) {
    super(type, type);
  }
}
