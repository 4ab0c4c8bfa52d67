package org.e2spark.infer;

import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** What a column of vectors holds. */
public enum VectorForm {
  /** Spark ML's dense vectors, float64. */
  ML_VECTOR(new VectorUDT()) {
    @Override
    public Object of(float[] values) {
      double[] wide = new double[values.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = values[i];
      }
      return new DenseVector(wide);
    }

    @Override
    Object of(double[] values) {
      return new DenseVector(values);
    }
  },
  /** Arrays of float32, which whatever reads Parquet knows. */
  FLOAT_ARRAY(DataTypes.createArrayType(DataTypes.FloatType, false)) {
    /** The array itself, which Spark copies as it is; elements of a Seq go one by one. */
    @Override
    public Object of(float[] values) {
      return values;
    }

    @Override
    Object of(double[] values) {
      float[] narrow = new float[values.length];
      for (int i = 0; i < narrow.length; i++) {
        narrow[i] = (float) values[i];
      }
      return of(narrow);
    }
  };

  private final DataType type;

  VectorForm(DataType type) {
    this.type = type;
  }

  DataType type() {
    return type;
  }

  /** The column's value of an image. */
  public abstract Object of(float[] values);

  abstract Object of(double[] values);
}
