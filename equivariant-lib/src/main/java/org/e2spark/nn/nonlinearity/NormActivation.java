package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.VectorScaling;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.ParameterRole;
import org.e2spark.nn.PlainModule;
import org.e2spark.nn.Subfields;

/**
 * Changes the length of every subfield and keeps its direction: {@code f · σ(|f| - b) / |f|}, zero
 * where {@code |f| <= eps}, with one bias {@code b = exp(log_bias)} a field.
 */
abstract class NormActivation extends PlainModule {

  private static final float EPS = 1e-10f;

  private final FieldGroups<Subfields> groups;
  private final NormFunction function;
  private final Parameter logBias;
  private final Parameter eps;

  /**
   * @param biasShape of as many values as there are fields, or null for no bias
   */
  NormActivation(
      FieldType type, IntFunction<Subfields> subfields, NormFunction function, Shape biasShape) {
    super(type, type);
    this.groups = FieldGroups.of(this, type, subfields, Subfields.ORDER);
    this.function = function;
    this.logBias = biasShape == null ? null : addWeight("log_bias", biasShape);
    this.eps = addBuffer("eps", new Shape(), ParameterRole.CONSTANT);
  }

  @Override
  public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    return parameter == eps ? new float[] {EPS} : new float[Math.toIntExact(shape.size())];
  }

  @Override
  protected PlainLayer form(FormArrays arrays) {
    NDArray bias = arrays.of(logBias);
    NDArray smallest = arrays.of(eps);
    return groups.form(
        arrays, FieldGroups.Output.CHANNELS, group -> scaling(group, bias, smallest));
  }

  private PlainLayer scaling(FieldGroups.Group<Subfields> group, NDArray bias, NDArray smallest) {
    Subfields key = group.key();
    return new VectorScaling(
        group.fields(),
        key.count(),
        key.subfieldSize(),
        function.plainForm(),
        bias,
        group.first(),
        smallest);
  }
}
