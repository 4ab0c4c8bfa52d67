/**
 * Layers as values: what a layer is called and which options it has, as JSON and in Java, and how a
 * module is built from that on any machine.
 *
 * <p>A {@link org.e2spark.spec.LayerSpec} is a kind and its options. A {@link
 * org.e2spark.spec.LayerKind} says which options there are and builds the layer; kinds of one's own
 * are found by {@link java.util.ServiceLoader}, through a {@link
 * org.e2spark.spec.LayerKindProvider}:
 *
 * <pre>{@code
 * public final class MyLayers implements LayerKindProvider {
 *   private static final Option<Double> SLOPE =
 *       Option.of("slope", OptionTypes.number(), 1.0, "Steepness of the sigmoid.");
 *
 *   public List<LayerKind> kinds() {
 *     return List.of(
 *         LayerKind.equivariant(
 *             "Swish", "x sigmoid(slope x).", (in, o) -> new Swish(in, o.get(SLOPE)), SLOPE));
 *   }
 * }
 * }</pre>
 *
 * <p>A {@code META-INF/services/org.e2spark.spec.LayerKindProvider} names that class. Fields are
 * written as they are named everywhere: {@link org.e2spark.spec.Fields}.
 */
package org.e2spark.spec;
