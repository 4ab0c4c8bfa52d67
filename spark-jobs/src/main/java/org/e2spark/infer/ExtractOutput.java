package org.e2spark.infer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.e2spark.checkpoint.VerifiedDirectory;
import org.e2spark.checkpoint.VersionedFormat;
import org.e2spark.train.RequirementException;

/**
 * A folder that an extraction writes into. {@code _extraction.json} in it, which readers of tables
 * pass over, says of what it is, and whether it is all there.
 */
final class ExtractOutput {

  /** What a folder's extraction is, and how far it has come. */
  static final VersionedFormat<Extraction> FORMAT =
      VersionedFormat.of("_extraction.json", Extraction.class);

  /**
   * An extraction.
   *
   * @param model fingerprint of the model
   * @param options of the extraction
   * @param finished whether all rows are there
   * @param rows that were written; 0 until then
   * @param invalid images that could not be read; 0 until then
   */
  record Extraction(
      String model, ExtractOptions options, boolean finished, long rows, long invalid) {

    Extraction done(long written, long bad) {
      return new Extraction(model, options, true, written, bad);
    }

    boolean isOf(Extraction other) {
      return model.equals(other.model) && options.equals(other.options);
    }
  }

  private final Path folder;
  private final VerifiedDirectory files;
  private final FileSystem system;

  ExtractOutput(Path folder, Configuration configuration) {
    this.folder = folder;
    this.files = new VerifiedDirectory(folder, configuration);
    try {
      this.system = folder.getFileSystem(configuration);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Makes the folder ready for an extraction: what an unfinished one of the same has left is
   * deleted.
   *
   * @throws RequirementException when something else is there
   */
  void begin(Extraction extraction) {
    try {
      Optional<byte[]> state = files.find(FORMAT.name());
      if (state.isPresent()) {
        requireUnfinished(
            FORMAT.read(state.get(), new Path(folder, FORMAT.name()).toString()), extraction);
        for (FileStatus left : system.listStatus(folder)) {
          if (!left.getPath().getName().equals(FORMAT.name())) {
            system.delete(left.getPath(), true);
          }
        }
      } else if (system.exists(folder) && system.listStatus(folder).length > 0) {
        throw new RequirementException(
            folder + " holds something that is no extraction: name a folder that is not there");
      }
      write(extraction);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void requireUnfinished(Extraction there, Extraction extraction) {
    if (there.finished()) {
      throw new RequirementException(
          folder
              + " holds an extraction of "
              + there.rows()
              + " rows already, which nothing is added to: name another folder, or delete it");
    }
    if (!there.isOf(extraction)) {
      throw new RequirementException(
          folder
              + " holds an unfinished extraction by another model or with other options: go on with"
              + " those, name another folder, or delete it");
    }
  }

  void write(Extraction extraction) {
    files.write(FORMAT.name(), FORMAT.write(extraction));
  }

  private UncheckedIOException unwritable(IOException e) {
    return new UncheckedIOException("Cannot write to " + folder + ": " + e.getMessage(), e);
  }
}
