package org.e2spark.export;

/** In what form a trained network leaves. */
public enum ExportFormat {
  /** A program with its weights in one file, for PyTorch and DJL. */
  TORCHSCRIPT,
  /** A graph of standard operators with its weights in one file. */
  ONNX,
  /** The weights of the plain layers, filters expanded and normalisations folded in. */
  SAFETENSORS,
  /** A folder with an ONNX model that MLflow loads and serves. */
  MLFLOW,
  /** A folder with the state of the same network in e2cnn, and the code that builds it there. */
  E2CNN;

  /** Whether it is a folder, not a file. */
  public boolean isFolder() {
    return this == MLFLOW || this == E2CNN;
  }
}
