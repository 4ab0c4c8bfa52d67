package org.e2spark.nn;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.nn.HasParts.Part;

/** The innermost equivariant layers of a network, in order, with the shapes they are given. */
public final class LayerWalk {

  private LayerWalk() {}

  /**
   * @param network an equivariant module, or a block that has one among its first parts
   * @param input the shape of the network's input
   */
  public static List<Part> of(Block network, Shape input) {
    List<Part> leaves = new ArrayList<>();
    if (network instanceof EquivariantModule module) {
      visit(new Part("", module, input), leaves);
    } else {
      descend("", network, input, leaves);
    }
    return leaves;
  }

  /** Follows the children of a block that is not equivariant itself, as far as they are fields. */
  private static void descend(String prefix, Block block, Shape input, List<Part> leaves) {
    Shape shape = input;
    int position = 0;
    for (Pair<String, Block> child : block.getChildren()) {
      String name = prefix + StateDict.childName(block, position++, child.getKey());
      if (child.getValue() instanceof EquivariantModule module) {
        if (shape.get(1) != module.inType().size()) {
          return;
        }
        visit(new Part(name, module, shape), leaves);
        shape = module.outputShape(shape);
      } else if (leaves.isEmpty()) {
        descend(name + ".", child.getValue(), shape, leaves);
      }
    }
  }

  private static void visit(Part part, List<Part> leaves) {
    List<Part> inner = inner(part);
    if (inner.isEmpty()) {
      leaves.add(part);
    }
    for (Part child : inner) {
      String name = part.name().isEmpty() ? child.name() : part.name() + "." + child.name();
      visit(new Part(name, child.module(), child.input()), leaves);
    }
  }

  private static List<Part> inner(Part part) {
    return part.module() instanceof HasParts composed ? composed.parts(part.input()) : List.of();
  }
}
