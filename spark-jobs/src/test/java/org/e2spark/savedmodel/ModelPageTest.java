package org.e2spark.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.e2spark.group.GroupElement;
import org.e2spark.model.ImageInput;
import org.e2spark.model.Presets;
import org.e2spark.nn.check.EquivarianceCheck.Deviation;
import org.junit.jupiter.api.Test;

class ModelPageTest {

  private static final ModelCard CARD =
      new ModelCard(
          "quickstart/c8",
          Presets.spec("quickstart/c8", ImageInput.square(1, 29), 2),
          1,
          29,
          29,
          List.of("a|b", "<i>"),
          List.of(0.125),
          List.of(0.25),
          59906,
          1234567,
          Map.of("seed", "7"));

  @Test
  void tellsWhatWasMeasured() {
    var errors = new ModelPage.Errors("test of file:/shards", List.of(200L, 0L), List.of(3L, 0L));
    var turns =
        new ModelPage.Turns(
            "the first 8 images",
            List.of(new Deviation(new GroupElement(1, Math.PI / 2), 3.21e-6)));
    assertThat(new ModelPage(CARD, errors, turns).text().lines())
        .contains(
            "# quickstart/c8",
            "| symmetries | C8 |",
            "| parameters | 59,906 |",
            "| images seen in training | 1,234,567 |",
            "| seed | 7 |",
            "On test of file:/shards.",
            "| a\\|b | 200 | 1.50 % |",
            "| \\<i\\> | 0 | – |",
            "| **all** | 200 | 1.50 % |",
            "| 90°, mirrored | 3.2e-06 |");
  }

  @Test
  void saysWhatIsNotKnown() {
    assertThat(new ModelPage(CARD, null, null).text())
        .contains("Not counted", "Not measured", "`e2spark evaluate --card`");
    var conventional = new ModelPage.Turns("turned images", List.of());
    assertThat(new ModelPage(CARD, null, conventional).text())
        .contains("The network promises nothing of turned images.");
  }
}
