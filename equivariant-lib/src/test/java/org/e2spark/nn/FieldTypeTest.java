package org.e2spark.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.junit.jupiter.api.Test;

class FieldTypeTest {

  private static final GSpace D4 = new FlipRot2dOnR2(4);
  private static final FieldType TYPE =
      FieldType.of(D4, D4.regular(), D4.trivial(), D4.irrep(1, 1), D4.trivial());

  @Test
  void fieldsOwnConsecutiveChannels() {
    assertThat(TYPE.size()).isEqualTo(12);
    assertThat(TYPE.fields()).isEqualTo(4);
    assertThat(TYPE.start(2)).isEqualTo(9);
    assertThat(TYPE.end(2)).isEqualTo(11);
    assertThat(TYPE.representation().size()).isEqualTo(12);
    assertThat(TYPE.irreps()).hasSize(6 + 1 + 1 + 1);
  }

  @Test
  void sortingIsStableAndBySize() {
    assertThat(TYPE.orderBySize()).containsExactly(1, 3, 2, 0);
    assertThat(TYPE.sorted().names())
        .containsExactly("irrep_0,0", "irrep_0,0", "irrep_1,1", "regular");
  }

  @Test
  void labelsGroupFieldsInOrderOfAppearance() {
    var groups = TYPE.groupByLabels(List.of("b", "a", "b", "a"));
    assertThat(groups.keySet()).containsExactly("b", "a");
    assertThat(groups.get("b").names()).containsExactly("regular", "irrep_1,1");
    assertThatThrownBy(() -> TYPE.groupByLabels(List.of("a"))).hasMessageContaining("4");
  }

  @Test
  void typesAreValues() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(TYPE);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Object copy = in.readObject();
      assertThat(copy).isEqualTo(TYPE).hasSameHashCodeAs(TYPE);
    }
    GSpace tilted = new FlipRot2dOnR2(4, 0.2);
    assertThat(FieldType.of(tilted, tilted.regular())).isNotEqualTo(FieldType.of(D4, D4.regular()));
    assertThat(TYPE)
        .hasToString(
            "[Flip_4-Rotations(f=1.57080): 1 x regular, 1 x irrep_0,0, 1 x irrep_1,1, 1 x irrep_0,0]");
  }

  @Test
  void foreignRepresentationsAreNamed() {
    assertThatThrownBy(() -> FieldType.of(D4, new Rot2dOnR2(4).regular()))
        .isInstanceOf(FieldTypeException.class)
        .hasMessageContaining("D4")
        .hasMessageContaining("C4");
    assertThatThrownBy(() -> FieldType.of(D4, List.of())).hasMessageContaining("at least one");
    FieldType other = FieldType.of(new Rot2dOnR2(4), new Rot2dOnR2(4).trivial());
    assertThatThrownBy(() -> TYPE.plus(other)).isInstanceOf(FieldTypeException.class);
  }
}
