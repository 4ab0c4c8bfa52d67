package org.e2spark.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.e2spark.data.source.known.SourceCatalog;
import org.e2spark.data.source.known.SourceOptions;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Presets;
import org.e2spark.optim.Adam;
import org.e2spark.optim.Penalties;
import org.e2spark.train.Schedule;
import org.e2spark.train.TrainOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipesTest {

  @Test
  void everyPublishedNetworkIsInARecipeAndEveryPublishedErrorHasOne() {
    List<Recipe> all = Recipes.all();
    assertThat(all).extracting(Recipe::name).doesNotHaveDuplicates();
    assertThat(all.stream().map(recipe -> recipe.network().name()).distinct())
        .containsAll(
            Presets.names().stream().filter(name -> name.matches("(mnist-|cifar|stl).*")).toList());
    assertThat(all.stream().filter(recipe -> recipe.published().isPresent())).hasSize(36);
    assertThat(all.stream().map(Recipe::table).distinct())
        .containsExactly(
            "table3",
            "table4",
            "table5",
            "table6",
            "table6-autoaugment",
            "table7",
            "stl10-ablation",
            "examples");
    all.stream()
        .map(Recipe::set)
        .distinct()
        .forEach(set -> SourceCatalog.check(set, SourceOptions.builder().build()));
  }

  @Test
  void aTableIsNamedByItsNumberOrAsItsRecipesAre() {
    assertThat(Recipes.ofTable("3")).isEqualTo(Recipes.ofTable("table3")).hasSizeGreaterThan(100);
    assertThat(Recipes.ofTable("6").stream().map(Recipe::table).distinct())
        .containsExactly("table6", "table6-autoaugment");
    assertThat(Recipes.ofTable("table6").stream().map(Recipe::table)).containsOnly("table6");
    assertThatThrownBy(() -> Recipes.ofTable("2"))
        .hasMessageContaining("'2'")
        .hasMessageContaining("table3");
  }

  @Test
  void penaltiesAreOfConvolutionsAndInnerLinearMapsAlone() {
    Penalties final16 = penalties("table5/mnist-rot/c16");
    assertThat(final16.of("features.0.weights")).extracting(Penalties.Rule::l1).isEqualTo(1e-7);
    assertThat(final16.of("head.1.weight")).extracting(Penalties.Rule::l2).isEqualTo(1e-8);
    for (String none :
        List.of("features.0.bias", "head.1.bias", "head.2.weight", "head.9.weight")) {
      assertThat(final16.of(none)).as(none).extracting(Penalties.Rule::l2).isEqualTo(0.0);
    }
    Penalties conventional = penalties("table3/mnist-rot/cnn");
    assertThat(conventional.of("features.0.weight").l2()).isEqualTo(1e-7);
    assertThat(conventional.of("features.1.weight").l2()).isZero();
  }

  private static Penalties penalties(String recipe) {
    TrainOptions options = Recipes.named(recipe).options("shards", 1);
    return ((Adam) options.optimizer()).penalties();
  }

  @Test
  void trainingsAreAsPublished() {
    TrainOptions cifar = Recipes.named("table6-autoaugment/cifar10/wrn28-10").options("shards", 3);
    assertThat(cifar.epochs()).isEqualTo(200);
    assertThat(cifar.augmentation().stages()).isEqualTo("crop:4,flip,autoaugment,cutout:16");
    assertThat(cifar.schedule()).isInstanceOf(Schedule.Step.class);
    Recipe digits = Recipes.named("table3/mnist-o2:as-published/regular-c4");
    assertThat(digits.images()).isEqualTo(10_000);
    assertThat(digits.imagesSeen()).isEqualTo(300_000);
    assertThat(digits.training().validation().restoreBest()).isTrue();
    assertThatThrownBy(() -> Recipes.named("table5/mnist-rot/c61"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table5/mnist-rot/c16");
  }

  @Test
  void aScaleMakesEachOfWidthImagesAndEpochsItsFourthRoot() {
    var tenth = new Scale(0.1);
    assertThat(tenth.factor()).isCloseTo(0.562, within(1e-3));
    assertThat(tenth).hasToString("0.1 of the work: widths, images and epochs times 0.562 each");
    Recipe recipe = Recipes.named("table5/mnist-rot/c16");
    TrainOptions options = new Reproduction(recipe, "raw", "out", tenth, 1).options("shards", 1);
    assertThat(options.epochs()).isEqualTo(22);
    var decay = (Schedule.Exponential) options.schedule();
    assertThat(decay.constantEpochs()).isEqualTo(8);
    assertThat(Math.pow(decay.factor(), 22 - 8)).isCloseTo(Math.pow(0.8, 25), within(2e-3));
    ModelSpec narrow = options.network();
    assertThat(narrow.classes()).isEqualTo(10);
    assertThat(narrow.layers().get(0).toTree())
        .extractingByKey("fields")
        .asString()
        .contains("13 x");
    assertThatThrownBy(() -> new Scale(1.5)).hasMessageContaining("Invalid scale: 1.5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "table3/mnist-rot/gated_norm-o2-f3",
        "table3/mnist-rot/hnet_conv-o2-f5",
        "table3/mnist-rot/inducedgated_conv-o2-f3",
        "table3/mnist-rot/quotient-c8",
        "table3/mnist-rot/regvector-c16",
        "table4/mnist12k/c16-c1-r3",
        "table7/stl10/e2wrn16-8-d1d1d1-same-channels"
      })
  void aScaledNetworkCanBeBuilt(String recipe) {
    new Scale(0.01).of(Recipes.named(recipe).spec()).build();
  }

  @Test
  void onlyNetworksWhoseLayersNameFieldsKeepTheirWidth() {
    assertThat(
            Recipes.all().stream()
                .filter(recipe -> !Scale.narrows(recipe.spec()))
                .map(recipe -> recipe.network().name())
                .distinct())
        .allMatch(name -> name.matches("mnist-bench/.*(so2|o2|regvector|vectorfield).*"));
  }
}
