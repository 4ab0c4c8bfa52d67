package org.e2spark.data.source;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.text.Text;

/**
 * CIFAR-10 and CIFAR-100 in their binary version: records of one or two label bytes and three
 * planes of 32x32 pixels, files gzipped or not.
 *
 * <p>Ids count the records through the files in the order they were added.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">The CIFAR-10 and CIFAR-100 datasets,
 *     "Binary version"</a>
 */
public final class CifarSource extends ScannedSource<RecordBlock> {

  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);

  private static final List<String> CIFAR10_CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  /** Which of the sets, and which of its labels. */
  public enum Labels {
    /** CIFAR-10: one label byte. */
    CIFAR10(1, 0, 10),
    /** The 20 superclasses of CIFAR-100, the first of its two label bytes. */
    CIFAR100_COARSE(2, 0, 20),
    /** The 100 classes of CIFAR-100, the second of its two label bytes. */
    CIFAR100_FINE(2, 1, 100);

    private final int bytes;
    private final int index;
    private final int classes;

    Labels(int bytes, int index, int classes) {
      this.bytes = bytes;
      this.index = index;
      this.classes = classes;
    }

    private RecordLayout layout() {
      return new RecordLayout(SHAPE, RecordLayout.PixelOrder.ROW_MAJOR, bytes, index, 0, classes);
    }

    private List<String> classNames() {
      return this == CIFAR10
          ? CIFAR10_CLASSES
          : IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    }
  }

  private CifarSource(
      RecordLayout layout, List<String> classNames, int tolerated, List<RecordBlock> blocks) {
    super(
        blocks.get(0).images().name(),
        layout.shape(),
        classNames,
        tolerated,
        RecordBlocks.parts(blocks, layout),
        (part, depth, conf) -> new FixedRecordReader(part, layout, depth, conf));
  }

  /** Starts a source of no files. */
  public static Builder builder(Labels labels) {
    return new Builder(labels);
  }

  /** Collects the files. */
  public static final class Builder extends SourceBuilder<Builder> {

    private final Labels labels;
    private List<String> classNames;

    private Builder(Labels labels) {
      this.labels = labels;
      this.classNames = labels.classNames();
    }

    /** Adds a file to a split. */
    public Builder file(String split, String path) {
      return add(split, path, path);
    }

    /**
     * Names the classes, label 0 first.
     *
     * @throws IllegalArgumentException if they are not as many as the set has
     */
    public Builder classNames(List<String> names) {
      if (names.size() != labels.classes) {
        throw new IllegalArgumentException(
            Text.format(
                "Invalid number of class names: %d (%s has %d)",
                names.size(), labels, labels.classes));
      }
      classNames = List.copyOf(names);
      return this;
    }

    /**
     * Looks at the files.
     *
     * @throws BadImageDataException if a file is missing, empty or not whole records
     * @throws IllegalStateException if no file was added
     */
    public CifarSource open(Configuration conf) {
      requireAny("A CIFAR source needs at least one file");
      RecordLayout layout = labels.layout();
      List<RecordBlock> blocks = new ArrayList<>();
      long id = 0;
      for (SplitFiles added : files) {
        HadoopFile file = HadoopFile.at(added.images(), conf);
        long records = RecordBlocks.count(file, layout.recordBytes(), conf);
        blocks.add(new RecordBlock(added.split(), file, 0, file, 0, 0, records, id));
        id += records;
      }
      return new CifarSource(layout, classNames, tolerated, blocks);
    }
  }
}
