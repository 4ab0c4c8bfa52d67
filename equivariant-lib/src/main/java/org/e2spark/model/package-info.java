/**
 * Networks by name, and how a network gets its first state.
 *
 * <p>{@link org.e2spark.model.Presets} builds any published network for any number of channels and
 * classes. All of them are a {@link org.e2spark.model.Classifier}: equivariant features, a
 * reduction over space, and a head of ordinary layers.
 *
 * <pre>{@code
 * Block network = Presets.create("mnist-bench/regular-c8", 1, 10);
 * Networks.initialize(network, manager, new Shape(1, 1, 28, 28), 1);
 * }</pre>
 *
 * <p>Which one to take: {@code mnist-bench/regular-c8} where all orientations are alike, {@code
 * -d8} where mirror images are too; {@code mnist-final/c16} where accuracy matters more than time;
 * {@code cifar10/e2wrn28-10-d8d4d1} for photographs, whose small patterns turn but whose scenes do
 * not. A network for a group of n elements has about as many parameters as a conventional one, and
 * the cost of one with the square root of n times as many channels.
 */
package org.e2spark.model;
