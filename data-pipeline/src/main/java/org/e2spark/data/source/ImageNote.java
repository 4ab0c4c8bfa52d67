package org.e2spark.data.source;

import java.io.Serializable;

/**
 * What a reader of a valid image left out or passed over, in words that are the same for every
 * image that it happened with.
 *
 * @param text as reports print it
 */
public record ImageNote(String text) implements Serializable {

  static final ImageNote ALPHA = new ImageNote("alpha channel dropped");
  static final ImageNote EXTRA_BANDS = new ImageNote("extra bands dropped");
  static final ImageNote UPPER_BYTES = new ImageNote("16-bit samples reduced to their upper byte");
  static final ImageNote FURTHER_IMAGES =
      new ImageNote("further pages, frames or pictures in the file not read");
  static final ImageNote EXTRANEOUS_BYTES =
      new ImageNote("warning: extraneous bytes in the JPEG data passed over");

  static final ImageNote RESIZED = new ImageNote("resized to the size asked for");
  static final ImageNote SPREAD = new ImageNote("grey spread over three channels");
  static final ImageNote REDUCED = new ImageNote("colours reduced to their luma");

  static ImageNote profile(String name) {
    return new ImageNote("colour profile '" + name + "' not applied");
  }

  static ImageNote orientation(Orientation orientation, ExifOrientation use) {
    String done = use == ExifOrientation.APPLY ? " applied" : " not applied";
    return new ImageNote("EXIF orientation " + orientation.code() + done);
  }
}
