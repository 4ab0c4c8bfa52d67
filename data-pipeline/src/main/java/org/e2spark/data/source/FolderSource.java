package org.e2spark.data.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;

/**
 * Image files in folders, one folder a class: PNG, JPEG, BMP or TIFF, as their first bytes tell.
 *
 * <p>The classes are the folders' names in alphabetical order; deeper folders belong to their
 * class; names that begin with a dot or an underscore are left out. Ids count the files by split
 * and path. The shape is the first image's unless given.
 */
public final class FolderSource extends ScannedSource<FolderPart> {

  private static final long PART_BYTES = 8L << 20;
  private static final int PART_FILES = 4096;

  private final FileAccount account;

  private FolderSource(
      String name,
      ImageDecoder decoder,
      List<String> classNames,
      int tolerated,
      List<FolderPart> parts,
      FileAccount account) {
    super(
        name,
        decoder.shape(),
        classNames,
        tolerated,
        parts,
        (part, depth, conf) -> new FolderReader(part, decoder, depth, conf));
    this.account = account;
  }

  /** What becomes of every file in the folders. */
  public FileAccount account() {
    return account;
  }

  @Override
  OptionalLong listed() {
    return OptionalLong.of(account.read());
  }

  /** Starts a source of no splits. */
  public static Builder builder() {
    return new Builder();
  }

  private static List<FolderPart> parts(List<FolderPart.ImageFile> files) {
    List<FolderPart> parts = new ArrayList<>();
    List<FolderPart.ImageFile> part = new ArrayList<>();
    long bytes = 0;
    for (FolderPart.ImageFile file : files) {
      part.add(file);
      bytes += file.length();
      if (bytes >= PART_BYTES || part.size() == PART_FILES) {
        parts.add(new FolderPart(List.copyOf(part)));
        part.clear();
        bytes = 0;
      }
    }
    if (!part.isEmpty()) {
      parts.add(new FolderPart(List.copyOf(part)));
    }
    return parts;
  }

  /** Collects the folders. */
  public static final class Builder extends EncodedSourceBuilder<Builder> {

    private ImageShape shape;
    private int[] size;

    private Builder() {}

    /** Adds a split: the folder that holds its class folders. */
    public Builder split(String name, String folder) {
      return add(name, folder, folder);
    }

    /**
     * Sets the shape that every image must have (default: the first image's).
     *
     * @throws IllegalArgumentException if its channels are neither 1 nor 3
     */
    public Builder shape(ImageShape imageShape) {
      if (imageShape.channels() != 1 && imageShape.channels() != 3) {
        throw new IllegalArgumentException(
            "Invalid channels of image files: " + imageShape.channels() + " (1 or 3)");
      }
      shape = imageShape;
      return this;
    }

    /**
     * Sets height and width that every image is resampled to; the number of channels is the first
     * image's.
     */
    public Builder size(int height, int width) {
      if (!ImageShape.isValid(3, height, width)) {
        throw new IllegalArgumentException("Invalid size: " + height + "x" + width);
      }
      size = new int[] {height, width};
      return sizeConversion(SizeConversion.RESIZE);
    }

    /**
     * Lists the folders and, unless the shape is given, decodes images until one tells it.
     *
     * @throws BadImageDataException if a folder is missing, a class folder is empty, there is no
     *     class, or none of the first images (one more than tolerated) can be decoded
     * @throws IllegalStateException if no split was added
     */
    public FolderSource open(Configuration conf) {
      requireAny("A folder source needs at least one split");
      FolderListing listing = FolderListing.of(files, conf);
      ImageShape known = shape != null ? shape : firstShape(listing.files(), conf);
      if (size != null) {
        known = new ImageShape(known.channels(), size[0], size[1]);
      }
      return new FolderSource(
          files.get(0).images(),
          decoder(known),
          listing.classNames(),
          tolerated,
          parts(listing.files()),
          listing.account());
    }

    private ImageShape firstShape(List<FolderPart.ImageFile> files, Configuration conf) {
      BadImageDataException first = null;
      for (int i = 0; i <= Math.min(tolerated, files.size() - 1); i++) {
        FolderPart.ImageFile file = files.get(i);
        try {
          return ImageDecoder.shapeOf(FolderReader.bytes(file, conf), file.path(), orientation);
        } catch (BadImageDataException e) {
          first = first == null ? e : first;
        }
      }
      throw Objects.requireNonNull(first);
    }
  }
}
