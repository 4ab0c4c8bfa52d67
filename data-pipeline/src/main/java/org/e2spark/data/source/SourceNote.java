package org.e2spark.data.source;

import java.io.Serializable;

/**
 * Something that was left out or passed over in images that were read nevertheless.
 *
 * @param text what, as "colour profile 'Display P3' not applied"
 * @param images how many images it happened with
 * @param example the place of one of them
 */
public record SourceNote(String text, long images, String example) implements Serializable {}
