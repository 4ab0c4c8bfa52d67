/**
 * Trained networks in plain form: layers that know nothing of groups, for use where this library is
 * not; and the way in, for weights that PyTorch saved.
 *
 * <p>{@link org.e2spark.interchange.PlainNetwork#of} turns a network into its plain form: steerable
 * convolutions become convolutions with the expanded filter, batch normalisations an affine map per
 * channel, poolings over groups maxima over neighbouring channels, everything else a few operations
 * of the same kind. The form is a tree of {@link org.e2spark.interchange.PlainLayer}s, records that
 * hold arrays and numbers; neighbours are folded into one where that changes nothing but rounding,
 * so that a regular network costs what a conventional one of the same width costs.
 *
 * <pre>{@code
 * try (PlainNetwork plain = network.export()) {
 *   NDList logits = plain.forward(new ParameterStore(manager, false), new NDList(images), false);
 * }
 * }</pre>
 *
 * <p>{@link org.e2spark.interchange.TorchScript} writes a plain network as one file that PyTorch
 * runs without this library; {@link org.e2spark.interchange.onnx.OnnxFile} as an ONNX model. {@link
 * org.e2spark.interchange.TorchFile} reads the files of {@code torch.save}, which {@link
 * org.e2spark.nn.StateDict#load} gives to a network.
 *
 * <p>A network takes part by implementing {@link org.e2spark.interchange.HasPlainForm}; DJL's own
 * blocks are known already.
 */
package org.e2spark.interchange;
