package org.e2spark.data.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * Grey images in IDX files, the format of MNIST: for each split one file of images and one of
 * labels, each gzipped or not.
 *
 * <p>Ids count the records through the splits in the order they were added. Tasks read ranges of a
 * plain file in parallel; a gzipped file is read by one task.
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">The MNIST database, "File formats"</a>
 */
public final class IdxSource extends ScannedSource<RecordBlock> {

  private IdxSource(
      String name,
      RecordLayout layout,
      List<String> classNames,
      int tolerated,
      List<RecordBlock> blocks) {
    super(
        name,
        layout.shape(),
        classNames,
        tolerated,
        RecordBlocks.parts(blocks, layout),
        (part, depth, conf) -> new FixedRecordReader(part, layout, depth, conf));
  }

  /** Starts a source of no splits and the ten digits as classes. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the files of the splits. */
  public static final class Builder extends SourceBuilder<Builder> {

    private List<String> classNames = IntStream.range(0, 10).mapToObj(Integer::toString).toList();

    private int firstLabel;
    private EmptyClasses emptyClasses = EmptyClasses.REFUSED;

    private Builder() {}

    /** Adds a split: Hadoop paths of its images and its labels. */
    public Builder split(String name, String imagesPath, String labelsPath) {
      return add(name, imagesPath, labelsPath);
    }

    /** Names the classes, 1 to 256, label 0 first (default: the ten digits). */
    public Builder classNames(List<String> names) {
      if (names.isEmpty() || names.size() > 256) {
        throw new IllegalArgumentException(
            "Invalid number of classes: " + names.size() + " (an IDX label is one byte: 1 to 256)");
      }
      classNames = List.copyOf(names);
      return this;
    }

    /** Sets the number that files give the first class, 0 to 255 (default 0). */
    public Builder firstLabel(int label) {
      if (label < 0 || label > 255) {
        throw new IllegalArgumentException(
            "Invalid first label: " + label + " (an IDX label is one byte: 0 to 255)");
      }
      firstLabel = label;
      return this;
    }

    /** Sets whether a class may have no image (default: refused). */
    public Builder emptyClasses(EmptyClasses allowed) {
      emptyClasses = Objects.requireNonNull(allowed, "allowed is null");
      return this;
    }

    /**
     * Reads and checks the headers.
     *
     * @throws BadImageDataException if a file is missing, has another magic or another length than
     *     its dimensions say, or if images, labels or splits do not fit each other
     * @throws IllegalStateException if no split was added
     */
    public IdxSource open(Configuration conf) {
      requireAny("An IDX source needs at least one split");
      List<RecordBlock> blocks = new ArrayList<>();
      ImageShape shape = null;
      long id = 0;
      for (SplitFiles split : files) {
        HadoopFile images = HadoopFile.at(split.images(), conf);
        IdxHeader header = IdxHeader.read(images, 3, conf);
        ImageShape found = new ImageShape(1, header.dimensions()[1], header.dimensions()[2]);
        if (shape != null && !shape.equals(found)) {
          throw new BadImageDataException(
              images.name(), 8, "images of shape " + shape + " as in the first split", "" + found);
        }
        shape = found;
        RecordBlock block = block(split, images, header, id, conf);
        blocks.add(block);
        id += block.records();
      }
      RecordLayout layout =
          new RecordLayout(
              shape, RecordLayout.PixelOrder.ROW_MAJOR, 0, 0, firstLabel, classNames.size());
      IdxSource source =
          new IdxSource(files.get(0).images(), layout, classNames, tolerated, blocks);
      source.allow(emptyClasses);
      return source;
    }

    private static RecordBlock block(
        SplitFiles split,
        HadoopFile images,
        IdxHeader imageHeader,
        long firstId,
        Configuration conf) {
      HadoopFile labels = HadoopFile.at(split.labels(), conf);
      IdxHeader labelHeader = IdxHeader.read(labels, 1, conf);
      int records = imageHeader.dimensions()[0];
      if (labelHeader.dimensions()[0] != records) {
        throw new BadImageDataException(
            labels.name(),
            4,
            records + " labels, one for each image of " + images.name(),
            labelHeader.dimensions()[0] + " labels");
      }
      return new RecordBlock(
          split.split(),
          images,
          imageHeader.bytes(),
          labels,
          labelHeader.bytes(),
          0,
          records,
          firstId);
    }
  }
}
