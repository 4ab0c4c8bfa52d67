/**
 * The only door to the PyTorch engine: gradient recording that several threads of one JVM can use
 * at once, and the tensor operations DJL's own API lacks.
 *
 * <p>DJL's public gradient collector may be open once per JVM; {@link org.e2spark.torch.Autograd}
 * records per thread instead. Operations that DJL does not offer (einsum, transposed convolution,
 * reflective padding, scatter-add, casts that keep the gradient, ...) are one-line TorchScript
 * programs, compiled once per process by {@link org.e2spark.torch.TorchFunction} and offered with
 * types by {@link org.e2spark.torch.Ops}.
 *
 * <p>Two rules of the engine show through. Results of DJL's own operations live in the {@link
 * ai.djl.ndarray.NDManager} of their <em>first</em> operand, so an operation that starts from a
 * parameter leaves its result with the network; every function here lets the caller name the
 * manager. And {@code NDArray.toType}, {@code duplicate} and {@code toDevice} cut the gradient;
 * {@link org.e2spark.torch.Ops#cast} does not.
 */
package org.e2spark.torch;
