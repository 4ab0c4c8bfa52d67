package org.e2spark.interchange;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.List;

/**
 * A block to be exported.
 *
 * @param inputs the shapes of what it takes
 */
record Drawn(Block block, List<Shape> inputs) {}
