package org.e2spark.nn;

import ai.djl.ndarray.types.Shape;
import java.util.List;

/** A module made of others that can say which images each of them is given. */
public interface HasParts {

  /**
   * One module inside another.
   *
   * @param name its name there
   * @param module the module
   * @param input the shape it is given
   */
  record Part(String name, EquivariantModule module, Shape input) {

    /** Its name and what it is, such as "features.3 (R2Conv)". */
    public String label() {
      String kind = module.getClass().getSimpleName();
      return name.isEmpty() ? kind : name + " (" + kind + ")";
    }
  }

  /** The modules inside, for an input of the given shape. */
  List<Part> parts(Shape input);
}
