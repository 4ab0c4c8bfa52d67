package org.e2spark.interchange.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;

/** A written model in ONNX Runtime, on one thread. */
public final class OnnxSession implements AutoCloseable {

  /** The runtime takes more than what is left of Java's megabyte, and ends the JVM without it. */
  private static final long STACK_BYTES = 16L << 20;

  private final OrtSession session;

  private OnnxSession(OrtSession session) {
    this.session = session;
  }

  /** Loads a model. */
  public static OnnxSession open(Path file) {
    return onLargeStack(
        () -> {
          try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return new OnnxSession(
                OrtEnvironment.getEnvironment().createSession(file.toString(), options));
          }
        });
  }

  /** What the model says of itself. */
  public Map<String, String> metadata() {
    return onLargeStack(() -> session.getMetadata().getCustomMetadata());
  }

  /** Runs the model on images in float32 or uint8. */
  public NDArray run(NDArray images) {
    return onLargeStack(
        () -> {
          try (OnnxTensor input = tensor(images);
              OrtSession.Result result = session.run(Map.of(OnnxFile.INPUT, input))) {
            return array(images.getManager(), (OnnxTensor) result.get(0));
          }
        });
  }

  /** Calls the model, whose input is made already. */
  public float[] logits(OnnxTensor images) throws OrtException {
    try (OrtSession.Result result = session.run(Map.of(OnnxFile.INPUT, images))) {
      return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
    }
  }

  /** Calls on a thread of its own, with a stack that is large enough. */
  public static <T> T onLargeStack(Callable<T> call) {
    var task = new FutureTask<>(call);
    var thread = new Thread(null, task, "onnxruntime", STACK_BYTES);
    thread.start();
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  private static OnnxTensor tensor(NDArray images) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = images.getShape().getShape();
    return images.getDataType() == DataType.UINT8
        ? OnnxTensor.createTensor(environment, images.toByteBuffer(), shape, OnnxJavaType.UINT8)
        : OnnxTensor.createTensor(environment, FloatBuffer.wrap(images.toFloatArray()), shape);
  }

  private static NDArray array(NDManager manager, OnnxTensor tensor) {
    FloatBuffer values = tensor.getFloatBuffer();
    float[] copy = new float[values.remaining()];
    values.get(copy);
    return manager.create(copy, new Shape(tensor.getInfo().getShape()));
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
