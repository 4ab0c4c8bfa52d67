package org.e2spark.diffop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Example;
import org.e2spark.gspace.Rot2dOnR2;

/** How kernel size, order and accuracy complete each other. */
class DiffopOptionsTest {

  @Example
  void optionsCompleteEachOther() {
    assertThat(DiffopOptions.builder().maximumOrder(3).build().kernelSize()).isEqualTo(4);
    assertThat(DiffopOptions.builder().kernelSize(5).build().maximumOrder()).isEqualTo(4);
    assertThat(DiffopOptions.builder().kernelSize(1).build().maximumOrder()).isZero();
    assertThat(
            DiffopOptions.builder()
                .kernelSize(5)
                .maximumOrder(3)
                .maximumPower(7)
                .build()
                .maximumPower())
        .isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> DiffopOptions.builder().build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffopOptions.builder().kernelSize(5).maximumOrder(3).accuracy(2).build())
        .withMessageContaining("give two of them");
    Rot2dOnR2 c4 = new Rot2dOnR2(4);
    DiffopOptions small = DiffopOptions.builder().kernelSize(3).maximumOrder(4).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SteerableDiffops.sample(c4, c4.trivial(), c4.trivial(), small))
        .withMessageContaining("at least 5 points");
    DiffopOptions options = DiffopOptions.builder().kernelSize(5).build();
    assertThat(SteerableDiffops.sample(c4, c4.trivial(), c4.regular(), options))
        .isSameAs(
            SteerableDiffops.sample(
                new Rot2dOnR2(4),
                c4.trivial(),
                c4.regular(),
                DiffopOptions.builder().kernelSize(5).build()));
  }
}
