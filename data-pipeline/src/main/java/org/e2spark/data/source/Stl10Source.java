package org.e2spark.data.source;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * STL-10 in its binary version: three planes of 96x96 pixels stored column by column, labels 1 to
 * 10 in a file of their own, files gzipped or not.
 *
 * <p>Ids count the records through the splits in the order they were added; labels become 0 to 9.
 *
 * @see <a href="https://cs.stanford.edu/~acoates/stl10/">STL-10 dataset</a>
 */
public final class Stl10Source extends ScannedSource<RecordBlock> {

  private static final List<String> CLASSES =
      List.of("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck");

  private static final RecordLayout LAYOUT =
      new RecordLayout(
          new ImageShape(3, 96, 96), RecordLayout.PixelOrder.COLUMN_MAJOR, 0, 0, 1, CLASSES.size());

  private Stl10Source(int tolerated, List<RecordBlock> blocks) {
    super(
        blocks.get(0).images().name(),
        LAYOUT.shape(),
        CLASSES,
        tolerated,
        RecordBlocks.parts(blocks, LAYOUT),
        (part, depth, conf) -> new FixedRecordReader(part, LAYOUT, depth, conf));
  }

  /** Starts a source of no splits. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the files of the splits. */
  public static final class Builder extends SourceBuilder<Builder> {

    private Builder() {}

    /** Adds a split: Hadoop paths of its images ({@code X}) and its labels ({@code y}). */
    public Builder split(String name, String imagesPath, String labelsPath) {
      return add(name, imagesPath, labelsPath);
    }

    /**
     * Looks at the files.
     *
     * @throws BadImageDataException if a file is missing, empty or not whole records, or if there
     *     are more or fewer labels than images
     * @throws IllegalStateException if no split was added
     */
    public Stl10Source open(Configuration conf) {
      requireAny("An STL-10 source needs at least one split");
      List<RecordBlock> blocks = new ArrayList<>();
      long id = 0;
      for (SplitFiles split : files) {
        HadoopFile images = HadoopFile.at(split.images(), conf);
        HadoopFile labels = HadoopFile.at(split.labels(), conf);
        long records = RecordBlocks.count(images, LAYOUT.recordBytes(), conf);
        long found = RecordBlocks.length(labels, records + 1, conf);
        if (found != records) {
          throw new BadImageDataException(
              labels.name(),
              Math.min(found, records),
              records + " labels, one for each image of " + images.name(),
              found > records ? "more" : found + " labels");
        }
        blocks.add(new RecordBlock(split.split(), images, 0, labels, 0, 0, records, id));
        id += records;
      }
      return new Stl10Source(tolerated, blocks);
    }
  }
}
