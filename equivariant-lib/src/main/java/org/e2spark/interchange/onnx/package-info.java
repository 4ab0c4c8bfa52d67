/**
 * Plain networks as ONNX models.
 *
 * <p>{@link org.e2spark.interchange.onnx.OnnxFile} writes them; {@link
 * org.e2spark.interchange.onnx.OnnxOperator} is the table of operators that are used, against which
 * every node is checked. The classes of the protocol are generated ones, of {@code
 * org.tribuo:tribuo-util-onnx}.
 */
package org.e2spark.interchange.onnx;
