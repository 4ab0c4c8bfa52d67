package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.e2spark.checkpoint.Json;
import org.e2spark.data.augment.Augmentation;
import org.e2spark.data.augment.AugmentationKey;
import org.e2spark.data.augment.AutoAugment;
import org.e2spark.data.augment.ColorJitter;
import org.e2spark.data.augment.Cutout;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.augment.RandomCrop;
import org.e2spark.data.augment.RandomFlip;
import org.e2spark.data.augment.RandomRotation;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationPolicyTest {

  @Test
  void stagesAreThoseOfTheLibrary() {
    assertThat(AugmentationPolicy.NONE.create()).isEqualTo(Augmentation.none());
    assertThat(AugmentationPolicy.of("rotate").create())
        .isEqualTo(Augmentation.sequence(RandomRotation.anyAngle(Interpolation.BILINEAR)));
    assertThat(
            AugmentationPolicy.of("rotate:bicubic:15,flip:vertical,jitter:0.1:0.2:0.3:0.4")
                .create())
        .isEqualTo(
            Augmentation.sequence(
                new RandomRotation(Math.toRadians(15), Interpolation.BICUBIC),
                RandomFlip.vertical(),
                new ColorJitter(0.1, 0.2, 0.3, 0.4)));
  }

  @Test
  void publishedPoliciesAreTheirStages() {
    assertThat(AugmentationPolicy.of("cifar-autoaugment").create())
        .isEqualTo(
            Augmentation.sequence(
                new RandomCrop(4), RandomFlip.horizontal(), new AutoAugment(), new Cutout(16)));
    assertThat(AugmentationPolicy.of("stl10").create())
        .isEqualTo(
            Augmentation.sequence(new RandomCrop(12), RandomFlip.horizontal(), new Cutout(60)));
    assertThat(AugmentationPolicy.of("cifar")).isEqualTo(AugmentationPolicy.of("crop:4,flip"));
    assertThat(AugmentationPolicy.published().keySet())
        .allSatisfy(name -> assertThat(AugmentationPolicy.of(name).toString()).contains(":"));
  }

  @Test
  void everyPublishedPolicyChangesARealImage() {
    for (String name : AugmentationPolicy.published().keySet()) {
      byte[] image = TestData.cifar(0);
      AugmentationPolicy.of(name)
          .create()
          .apply(image, TestData.CIFAR, new long[] {3}, new AugmentationKey(1, 0));
      assertThat(Arrays.equals(image, TestData.cifar(0))).as(name).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "blur",
        "crop",
        "crop:x",
        "crop:4:4",
        "flip:diagonal",
        "rotate:cubic",
        "rotate:nearest:x",
        "rotate:nearest:1:1",
        "cutout",
        "autoaugment:1",
        "jitter:1:1",
        "flip,,flip",
        "cifar,flip"
      })
  void whatIsNoStageIsNamed(String text) {
    assertThatThrownBy(() -> AugmentationPolicy.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no stage of augmentation")
        .hasMessageContaining("cifar-autoaugment");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crop:0|Invalid padding: 0",
        "cutout:5|Invalid Cutout size: 5",
        "rotate:nearest:181|Invalid rotation limit",
        "jitter:0:0:0:0.6|hue 0.6",
      })
  void whatIsOutOfRangeIsNamed(String text, String message) {
    assertThatThrownBy(() -> AugmentationPolicy.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void imagesMustFit() {
    AugmentationPolicy.of("cifar").check(new ImageShape(3, 32, 32));
    assertThatThrownBy(() -> AugmentationPolicy.of("stl10").check(new ImageShape(3, 12, 12)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12");
    assertThatThrownBy(() -> AugmentationPolicy.of("autoaugment").check(new ImageShape(2, 32, 32)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void survivesARunsFile() {
    AugmentationPolicy policy = AugmentationPolicy.of("stl10");
    assertThat(Json.read(Json.write(policy), AugmentationPolicy.class, "run.json"))
        .isEqualTo(policy);
  }
}
