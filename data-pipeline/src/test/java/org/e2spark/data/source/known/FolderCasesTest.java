package org.e2spark.data.source.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.FileAccount;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.SourceNote;
import org.e2spark.data.source.SourceReport;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of images as people have them. */
@ExtendWith(SparkExtension.class)
class FolderCasesTest {

  @TempDir Path root;

  private Path image(String path, int type, int height, int width) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(width, height, type);
    image.setRGB(0, 0, path.hashCode() | 0xff000000);
    try (var out = Files.newOutputStream(file)) {
      ImageIO.write(image, "png", out);
    }
    return file;
  }

  private void grey(String... paths) throws IOException {
    for (String path : paths) {
      image(path, BufferedImage.TYPE_BYTE_GRAY, 4, 4);
    }
  }

  private SourceCatalog.Opened open(SparkSession spark, SourceOptions options) {
    return SourceCatalog.openWithFiles(spark, "folder", root.toUri().toString(), options);
  }

  private SourceCatalog.Opened open(SparkSession spark) {
    return open(spark, SourceOptions.ofSeed(0));
  }

  @ParameterizedTest
  @CsvSource({
    "train,test,train,test",
    "Training,Testing,train,test",
    "TRAIN,Val,train,validation",
    "train,valid,train,validation",
    "training,validation,train,validation"
  })
  void splitsHaveTheirUsualNamesInAnyCase(
      String first, String second, String train, String other, SparkSession spark)
      throws IOException {
    grey(first + "/a/1.png", first + "/b/2.png", second + "/a/3.png", second + "/b/4.png");
    SourceCatalog.Opened opened = open(spark);
    assertThat(opened.source().classNames()).containsExactly("a", "b");
    assertThat(opened.source().check(spark).counts())
        .containsOnlyKeys(train, other)
        .containsEntry(train, List.of(1L, 1L));
  }

  @Test
  void aFolderOfImagesCalledTrainIsAClass(SparkSession spark) throws IOException {
    grey("bicycle/1.png", "bus/2.png", "train/3.png");
    assertThat(open(spark).source().classNames()).containsExactly("bicycle", "bus", "train");
  }

  @Test
  void whatCouldBeEitherIsRefusedWithTheNamesToGive(SparkSession spark) throws IOException {
    grey("one/a/1.png", "one/b/2.png", "two/a/3.png", "two/b/4.png");
    assertThatThrownBy(() -> open(spark))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("splits named train, test and validation")
        .hasMessageContaining("one, two, which all hold the folders a, b");
  }

  @Test
  void oneSplitUnderTwoNamesIsRefused(SparkSession spark) throws IOException {
    grey("train/a/1.png", "Training/a/2.png");
    assertThatThrownBy(() -> open(spark)).hasMessageContaining("one folder for the split train");
  }

  @Test
  void aClassAmongSplitsIsRefused(SparkSession spark) throws IOException {
    grey("train/a/1.png", "bus/2.png");
    assertThatThrownBy(() -> open(spark))
        .hasMessageContaining("splits that hold a folder for each class")
        .hasMessageContaining("bus with 1 files");
  }

  @Test
  void namesAreComparedAsTheyLook(SparkSession spark) throws IOException {
    String composed = Normalizer.normalize("ros\u00e9", Normalizer.Form.NFC);
    String apart = Normalizer.normalize(composed, Normalizer.Form.NFD);
    grey("train/" + composed + "/1.png", "train/blanc/2.png", "test/" + apart + "/3.png");
    SourceCatalog.Opened opened = open(spark);
    assertThat(opened.source().classNames()).containsExactly("blanc", composed);
    SourceReport report = opened.source().check(spark);
    assertThat(report.counts()).containsEntry("test", List.of(0L, 1L));
    assertThat(report.untrained()).isEmpty();
  }

  @Test
  void everyNameIsRead(SparkSession spark) throws IOException {
    String[] names = {
      "dog:50%/a:b.png", "dog:50%/new\nline.png", "r\u00e9=x[1]/{a}*?.png", "tabby cat/ 1 .png",
      "tabby cat/\ud83d\ude00.png", "tabby cat/a%20b.PNG", "tabby cat/noext", "dog:50%/#1&2.png"
    };
    grey(names);
    SourceCatalog.Opened opened = open(spark);
    assertThat(opened.files().orElseThrow().read()).isEqualTo(names.length);
    assertThat(opened.source().read(spark).count()).isEqualTo(names.length);
  }

  @Test
  void everyFileIsAccountedFor(SparkSession spark) throws IOException {
    grey("Cat/1.png", "Cat/deep/2.png", "Dog/3.png", "Dog/.hidden.png");
    Files.write(root.resolve("Cat/Thumbs.db"), new byte[] {1});
    Files.write(root.resolve("readme.txt"), new byte[] {1});
    FileAccount account = open(spark).files().orElseThrow();
    assertThat(account.read()).isEqualTo(3);
    assertThat(account.seen()).isEqualTo(6);
    assertThat(account.leftOut())
        .extracting(FileAccount.LeftOut::reason)
        .containsExactly("hidden file", "made by a system, no image", "not in a folder of a class");
  }

  @Test
  void anEmptyFileIsRefusedByName(SparkSession spark) throws IOException {
    grey("a/1.png", "b/2.png");
    Files.write(root.resolve("a/empty.png"), new byte[0]);
    assertThatThrownBy(() -> open(spark).source().read(spark).count())
        .satisfies(
            e -> assertThat(BadImageDataException.findIn(e)).hasMessageContaining("empty.png"));
  }

  @Test
  void imagesOfOtherSizesAndColoursAreMadeAsAskedAndCounted(SparkSession spark) throws IOException {
    image("a/1.png", BufferedImage.TYPE_BYTE_GRAY, 4, 6);
    image("a/2.png", BufferedImage.TYPE_INT_RGB, 8, 8);
    image("b/3.png", BufferedImage.TYPE_INT_RGB, 5, 5);
    assertThatThrownBy(() -> open(spark).source().read(spark).count())
        .satisfies(
            e -> assertThat(BadImageDataException.findIn(e)).hasMessageContaining("--shape"));
    var shape = new ImageShape(3, 5, 5);
    SourceCatalog.Opened opened = open(spark, SourceOptions.builder().shape(shape).build());
    assertThat(opened.source().shape()).isEqualTo(shape);
    assertThat(opened.source().read(spark).collectAsList())
        .allMatch(row -> row.<byte[]>getAs("image").length == 75);
    assertThat(opened.source().notes())
        .extracting(SourceNote::text, SourceNote::images)
        .contains(
            org.assertj.core.groups.Tuple.tuple("resized to the size asked for", 2L),
            org.assertj.core.groups.Tuple.tuple("grey spread over three channels", 1L));
    Files.delete(root.resolve("a/1.png"));
    assertThat(
            open(spark, SourceOptions.builder().size(new SourceOptions.Size(6, 7)).build())
                .source()
                .shape())
        .isEqualTo(new ImageShape(3, 6, 7));
  }

  @Test
  void testClassesWithoutTrainingImagesAreTold(SparkSession spark) throws IOException {
    grey("train/a/1.png", "train/b/2.png", "test/a/3.png", "test/c/4.png");
    SourceCatalog.Opened opened = open(spark);
    assertThat(opened.source().check(spark).untrained()).containsExactly(2);
    assertThat(new TreeSet<>(opened.source().classNames())).containsExactly("a", "b", "c");
  }
}
