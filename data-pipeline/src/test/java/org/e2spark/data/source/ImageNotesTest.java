package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.prepare.PrepareJob;
import org.e2spark.data.prepare.PrepareOptions;
import org.e2spark.data.prepare.PrepareReport;
import org.e2spark.data.source.TestData.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What was left out of images that are read nevertheless is told, once an image. */
@ExtendWith(SparkExtension.class)
class ImageNotesTest {

  private static final String PROFILE = "colour profile 'sRGB built-in' not applied";

  @TempDir Path dir;

  private FolderSource open(ExifOrientation orientation, String... files) throws IOException {
    List<Golden> all = TestData.golden(getClass(), "files/decoding");
    for (String file : files) {
      Golden golden =
          all.stream()
              .filter(entry -> entry.about().path("file").asText().equals(file))
              .findFirst()
              .orElseThrow();
      Path path = dir.resolve("images/a").resolve(file.replace('/', '-'));
      Files.createDirectories(path.getParent());
      Files.write(path, golden.bytes());
    }
    return FolderSource.builder()
        .split("train", dir.resolve("images").toString())
        .exifOrientation(orientation)
        .open(new Configuration());
  }

  private static Map<String, Long> counts(List<SourceNote> notes) {
    return notes.stream().collect(Collectors.toMap(SourceNote::text, SourceNote::images));
  }

  @Test
  void prepareReportsWhatItLeftOut(SparkSession spark) throws IOException {
    FolderSource source =
        open(
            ExifOrientation.AS_STORED,
            "jpeg/colour-profile.jpg",
            "png/rgb8-profile.png",
            "tiff/rgb-profile.tif",
            "jpeg/extraneous-end.jpg",
            "jpeg/extraneous-header.jpg",
            "jpeg/exif6le.jpg",
            "jpeg/two-pictures.jpg",
            "tiff/two-pages.tif",
            "tiff/rgbn-plain.tif",
            "tiff/rgb16-plain.tif",
            "png/rgba8.png",
            "bmp/rgb24.bmp");
    assertThat(source.notes()).isEmpty();
    PrepareReport report =
        PrepareJob.run(
            spark,
            source,
            new org.apache.hadoop.fs.Path(dir.resolve("shards").toUri()),
            PrepareOptions.builder().duplicateReport().build());
    assertThat(counts(report.notes()))
        .containsOnly(
            Map.entry(PROFILE, 3L),
            Map.entry(ImageNote.EXTRANEOUS_BYTES.text(), 2L),
            Map.entry("EXIF orientation 6 not applied", 1L),
            Map.entry(ImageNote.FURTHER_IMAGES.text(), 2L),
            Map.entry(ImageNote.EXTRA_BANDS.text(), 1L),
            Map.entry(ImageNote.UPPER_BYTES.text(), 1L),
            Map.entry(ImageNote.ALPHA.text(), 1L));
    assertThat(report.notes())
        .filteredOn(note -> note.text().equals(PROFILE))
        .singleElement()
        .satisfies(note -> assertThat(note.example()).endsWith("jpeg-colour-profile.jpg"));
  }

  @Test
  void turnsImagesOfFoldersAndTables(SparkSession spark) throws IOException {
    FolderSource folder =
        open(ExifOrientation.APPLY, "jpeg/exif6le.jpg", "jpeg/exif8be.jpg", "png/exif6.png");
    TableSource table =
        TableSource.binaryFiles(spark, dir.resolve("images").toString())
            .exifOrientation(ExifOrientation.APPLY)
            .open();
    for (ImageSource source : List.of(folder, table)) {
      assertThat(source.shape()).isEqualTo(new ImageShape(3, 21, 19));
      assertThat(source.read(spark).count()).isEqualTo(3);
      source.read(spark).foreach(row -> {});
      assertThat(counts(source.notes()))
          .containsOnly(
              Map.entry("EXIF orientation 6 applied", 2L),
              Map.entry("EXIF orientation 8 applied", 1L));
    }
  }
}
