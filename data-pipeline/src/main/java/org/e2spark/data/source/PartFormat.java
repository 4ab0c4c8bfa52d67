package org.e2spark.data.source;

import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** Opens parts of a source, on any executor. */
@FunctionalInterface
interface PartFormat<P extends Serializable> extends Serializable {

  SampleReader open(P part, Depth depth, Configuration conf);
}
