package org.e2spark.data.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.task.UserPath;

/** Streams the samples of the image files of one part, one file at a time. */
final class FolderReader implements SampleReader {

  private final FolderPart part;
  private final ImageDecoder decoder;
  private final Depth depth;
  private final Configuration conf;
  private int done;

  FolderReader(FolderPart part, ImageDecoder decoder, Depth depth, Configuration conf) {
    this.part = part;
    this.decoder = decoder;
    this.depth = depth;
    this.conf = conf;
  }

  @Override
  public boolean hasNext() {
    return done < part.files().size();
  }

  @Override
  public Reading next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    FolderPart.ImageFile file = part.files().get(done++);
    try {
      ImageDecoder.Decoded image =
          depth == Depth.PIXELS
              ? decoder.decode(bytes(file, conf), file.path())
              : ImageDecoder.Decoded.NONE;
      return new Reading.Good(
          new Sample(file.id(), image.pixels(), file.label(), file.split()),
          file.path(),
          image.notes());
    } catch (BadImageDataException e) {
      return new Reading.Bad(e);
    }
  }

  /**
   * Reads a whole file.
   *
   * @throws BadImageDataException if it is unreadable, or longer than an image may be
   */
  static byte[] bytes(FolderPart.ImageFile file, Configuration conf) {
    if (file.length() > ImageShape.MAX_BYTES) {
      throw new BadImageDataException(
          file.path(),
          "an image file of at most " + ImageShape.MAX_BYTES + " bytes",
          file.length() + " bytes");
    }
    Path path = new Path(file.path());
    try (InputStream in = UserPath.fileSystem(path, conf).open(path)) {
      return in.readNBytes(ImageShape.MAX_BYTES);
    } catch (IOException e) {
      throw new BadImageDataException(file.path(), 0, "readable bytes", e.toString(), e);
    }
  }

  @Override
  public void close() {
    done = part.files().size();
  }
}
