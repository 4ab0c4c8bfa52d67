package org.e2spark.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.TestData;
import org.e2spark.data.source.TestData.Golden;
import org.junit.jupiter.api.Test;

/** Every change of real images against PIL, SciPy and NumPy. */
class GoldenAugmentationTest {

  /** Of all values where two ways to round a number may differ, as PIL computes in 32 bits. */
  private static final double ROUNDED_OTHERWISE = 2e-4;

  private static List<Golden> golden(String kind) {
    List<Golden> found =
        TestData.golden(GoldenAugmentationTest.class, "golden").stream()
            .filter(golden -> golden.about().get("kind").asText().equals(kind))
            .toList();
    assertThat(found).isNotEmpty();
    return found;
  }

  private static int image(Golden golden) {
    return golden.about().get("image").asInt();
  }

  @Test
  void policyOperationsEqualPilToTheBit() {
    for (Golden golden : golden("policy")) {
      JsonNode about = golden.about();
      PolicyOperation operation = PolicyOperation.valueOf(about.get("operation").asText());
      byte[] image = TestData.cifar(image(golden));
      double magnitude = operation.magnitude(about.get("level").asInt());
      int sign = about.get("sign").asInt();
      operation.apply(image, 0, TestData.CIFAR, sign * magnitude, new byte[TestData.CIFAR.size()]);
      assertThat(Arrays.mismatch(image, golden.bytes())).as("%s", about).isNegative();
    }
  }

  @Test
  void everyOperationOfThePolicyIsCompared() {
    assertThat(golden("policy"))
        .extracting(golden -> golden.about().get("operation").asText())
        .contains(Arrays.stream(PolicyOperation.values()).map(Enum::name).toArray(String[]::new));
  }

  @Test
  void hueEqualsPilToTheBit() {
    for (Golden golden : golden("hue")) {
      byte[] image = TestData.cifar(image(golden) + 2);
      ColorOperations.turnHue(image, 0, TestData.CIFAR, golden.about().get("turn").asDouble());
      assertThat(Arrays.mismatch(image, golden.bytes())).as("%s", golden.about()).isNegative();
    }
  }

  @Test
  void rotationEqualsPilAndScipy() {
    long values = 0;
    long otherwise = 0;
    for (Golden golden : golden("rotation")) {
      JsonNode about = golden.about();
      boolean scipy = about.get("by").asText().equals("scipy");
      ImageShape shape = scipy ? TestData.MNIST : TestData.CIFAR;
      byte[] image = scipy ? TestData.mnist(image(golden)) : TestData.cifar(image(golden) + 4);
      byte[] turned =
          Rotation.ofDegrees(
                  about.get("angle").asDouble(),
                  Interpolation.valueOf(about.get("interpolation").asText()))
              .apply(image, shape);
      boolean exact = about.get("interpolation").asText().equals("NEAREST");
      for (int i = 0; i < turned.length; i++) {
        int difference = Math.abs((turned[i] & 0xff) - (golden.bytes()[i] & 0xff));
        assertThat(difference).as("%s value %d", about, i).isLessThanOrEqualTo(exact ? 0 : 1);
        otherwise += difference;
        values++;
      }
    }
    assertThat((double) otherwise / values).isLessThanOrEqualTo(ROUNDED_OTHERWISE);
  }

  @Test
  void cropsEqualNumpy() {
    for (Golden golden : golden("crop")) {
      byte[] image = TestData.cifar(6);
      RandomCrop.crop(
          image,
          0,
          TestData.CIFAR,
          golden.about().get("down").asInt(),
          golden.about().get("right").asInt(),
          new byte[TestData.CIFAR.size()]);
      assertThat(Arrays.mismatch(image, golden.bytes())).as("%s", golden.about()).isNegative();
    }
  }

  @Test
  void flipsEqualNumpy() {
    for (Golden golden : golden("flip")) {
      byte[] image = TestData.cifar(6);
      RandomFlip.flip(
          image,
          0,
          TestData.CIFAR,
          RandomFlip.Direction.valueOf(golden.about().get("direction").asText()));
      assertThat(Arrays.mismatch(image, golden.bytes())).as("%s", golden.about()).isNegative();
    }
  }

  @Test
  void cutoutEqualsNumpy() {
    for (Golden golden : golden("cutout")) {
      byte[] image = TestData.cifar(6);
      new Cutout(golden.about().get("size").asInt())
          .cut(
              image,
              0,
              TestData.CIFAR,
              golden.about().get("y").asInt(),
              golden.about().get("x").asInt());
      assertThat(Arrays.mismatch(image, golden.bytes())).as("%s", golden.about()).isNegative();
    }
  }
}
