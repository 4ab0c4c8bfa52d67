package org.e2spark.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.e2spark.group.GroupElement;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.pooling.NormPool;
import org.e2spark.torch.Autograd;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class GeometricTensorTest {

  private static final GSpace D4 = new FlipRot2dOnR2(4, 0.3);
  private static final FieldType TYPE =
      FieldType.of(D4, D4.regular(), D4.trivial(), D4.irrep(1, 1), D4.trivial());

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final GeometricTensor x = TYPE.wrap(Fields.random(manager, TYPE, 3, 5, 1));
  private final GeometricTensor y = TYPE.wrap(Fields.random(manager, TYPE, 3, 5, 2));

  @Test
  void arithmeticIsThatOfTheArrays() {
    assertThat(x.plus(y).array()).isEqualTo(x.array().add(y.array()));
    assertThat(x.minus(y).array()).isEqualTo(x.array().sub(y.array()));
    assertThat(x.times(2.5).array()).isEqualTo(x.array().mul(2.5f));
    NDArray factor = manager.create(new float[] {2.5f});
    assertThat(x.times(factor).array()).isEqualTo(x.array().mul(2.5f));
    assertThat(x.times(factor).shape()).isEqualTo(x.shape());
    assertThatThrownBy(() -> x.times(manager.ones(new Shape(2))))
        .hasMessageContaining("break equivariance");

    NDArray sum = x.array().add(y.array());
    assertThat(x.plusInPlace(y)).isSameAs(x);
    assertThat(x.array()).isEqualTo(sum);
    x.minusInPlace(y).timesInPlace(2).timesInPlace(factor);
    Fields.assertClose(x.array(), sum.sub(y.array()).mul(5f), 1e-5, 1e-5);
  }

  /** Precision changes, gradients and types stay. */
  @Test
  void fieldsChangeTheirPrecisionAndTheirPlace() {
    GeometricTensor precise = x.to(DataType.FLOAT64);
    assertThat(precise.type()).isEqualTo(TYPE);
    assertThat(precise.array().getDataType()).isEqualTo(DataType.FLOAT64);
    assertThat(precise.to(DataType.FLOAT32).array()).isEqualTo(x.array());
    assertThat(x.to(x.array().getDevice()).array()).isEqualTo(x.array());
    x.array().setRequiresGradient(true);
    try (var scope = Autograd.record()) {
      scope.backward(x.to(DataType.FLOAT64).array(), y.to(DataType.FLOAT64).array());
    }
    assertThat(x.array().getGradient()).isEqualTo(y.array());
  }

  @Test
  void otherFieldsCannotBeAdded() {
    GeometricTensor other = x.fields(0, 2);
    FieldType elsewhere = FieldType.of(new FlipRot2dOnR2(4), new FlipRot2dOnR2(4).regular(), 1);
    GeometricTensor stranger = elsewhere.wrap(manager.ones(new Shape(3, 8, 5, 5)));
    for (Runnable wrong :
        new Runnable[] {
          () -> x.plus(other),
          () -> x.minus(other),
          () -> x.plusInPlace(other),
          () -> x.minusInPlace(other),
          () -> new NormPool(TYPE).forward(other)
        }) {
      assertThatThrownBy(wrong::run)
          .isInstanceOf(FieldTypeException.class)
          .hasMessageContaining(TYPE.toString())
          .hasMessageContaining(other.type().toString());
    }
    assertThatThrownBy(() -> GeometricTensor.directSum(List.of(x, stranger)))
        .isInstanceOf(FieldTypeException.class)
        .hasMessageContaining(TYPE.toString())
        .hasMessageContaining(elsewhere.toString());
    assertThatThrownBy(() -> TYPE.wrap(manager.ones(new Shape(1, 3, 5, 5))))
        .isInstanceOf(FieldTypeException.class)
        .hasMessageContaining("12 channels");
  }

  @Test
  void slicesKeepFieldsWhole() {
    GeometricTensor middle = x.fields(1, 3);
    assertThat(middle.type()).isEqualTo(FieldType.of(D4, D4.trivial(), D4.irrep(1, 1)));
    assertThat(middle.array()).isEqualTo(x.array().get(":, 8:11"));

    GeometricTensor picked = x.select(2, 0, 2);
    assertThat(picked.type())
        .isEqualTo(FieldType.of(D4, D4.irrep(1, 1), D4.regular(), D4.irrep(1, 1)));
    assertThat(picked.array().get(":, 2:10")).isEqualTo(x.array().get(":, 0:8"));
    assertThat(picked.array().get(":, 10:12")).isEqualTo(x.array().get(":, 9:11"));

    assertThat(x.batch(1, 2).array()).isEqualTo(x.array().get("1:2"));
    assertThat(x.batch(0, 3, 2).shape().get(0)).isEqualTo(2);
    assertThat(x.rows(1, 4).columns(0, 5, 2).array()).isEqualTo(x.array().get(":, :, 1:4, 0:5:2"));
    assertThatThrownBy(() -> x.fields(2, 5)).hasMessageContaining("there are 4");
    assertThatThrownBy(() -> x.batch(0, 3, 0)).hasMessageContaining("step");
  }

  @Test
  void splittingAndSummingAreInverse() {
    List<GeometricTensor> parts = x.split(1, 3);
    assertThat(parts).extracting(part -> part.type().fields()).containsExactly(1, 2, 1);
    assertThat(GeometricTensor.directSum(parts).type()).isEqualTo(TYPE);
    assertThat(GeometricTensor.directSum(parts).array()).isEqualTo(x.array());
    assertThat(x.split()).hasSize(4);
    assertThatThrownBy(() -> x.split(3, 1)).hasMessageContaining("increasing");
  }

  @Test
  void transformsCompose() {
    for (GroupElement a : D4.fiberGroup().elements()) {
      for (GroupElement b : D4.fiberGroup().elements()) {
        NDArray once = x.transformFibers(D4.fiberGroup().combine(a, b)).array();
        NDArray twice = x.transformFibers(b).transformFibers(a).array();
        Fields.assertClose(twice, once, 1e-5, 1e-5);
      }
    }
    GSpace upright = new FlipRot2dOnR2(4);
    FieldType type = FieldType.of(upright, upright.regular(), 1);
    GeometricTensor field = type.wrap(Fields.random(manager, type, 1, 6, 3));
    for (GroupElement a : upright.fiberGroup().elements()) {
      for (GroupElement b : upright.fiberGroup().elements()) {
        NDArray once = field.transform(upright.fiberGroup().combine(a, b)).array();
        Fields.assertClose(field.transform(b).transform(a).array(), once, 1e-6, 1e-6);
      }
    }
  }

  @Test
  void transformsAreDifferentiable() {
    GSpace c8 = new org.e2spark.gspace.Rot2dOnR2(8);
    FieldType type = FieldType.of(c8, c8.regular(), 1);
    NDArray a = Fields.random(manager, type, 1, 7, 1);
    NDArray b = Fields.random(manager, type, 1, 7, 2);
    GroupElement eighth = c8.fiberGroup().elements().get(1);
    a.setRequiresGradient(true);
    try (var scope = Autograd.record()) {
      scope.backward(type.wrap(a).transform(eighth).array(), b);
    }
    // The action is linear, so <T a, b> = <a, T^t b> = <a, gradient>.
    double left = type.wrap(a).transform(eighth).array().mul(b).sum().getFloat();
    double right = a.mul(a.getGradient()).sum().getFloat();
    assertThat(right).isCloseTo(left, org.assertj.core.data.Offset.offset(1e-3));
  }

  @Test
  void restrictionKeepsTheValues() {
    GeometricTensor restricted = x.restrict(SubgroupId.withoutReflections(4));
    assertThat(restricted.array()).isSameAs(x.array());
    assertThat(restricted.type().gspace()).isEqualTo(new org.e2spark.gspace.Rot2dOnR2(4));
    assertThat(restricted.type().names().get(0)).isEqualTo("D4:regular");
  }
}
