package org.e2spark.data.source;

import java.io.Serializable;

/**
 * Whole lines of a text file.
 *
 * @param split name of the split
 * @param file the file
 * @param start offset of the first line
 * @param lines number of lines
 * @param firstId id of the first line
 */
record AmatPart(String split, ByteSource file, long start, long lines, long firstId)
    implements Serializable {}
