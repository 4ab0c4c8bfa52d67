package org.e2spark.data.shard;

import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under an address that is not a file's: files that cannot be mapped in place. */
public final class FarFileSystem extends RawLocalFileSystem {
  /** A configuration that knows the scheme {@code far}. */
  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.far.impl", FarFileSystem.class.getName());
    return configuration;
  }

  static Path path(java.nio.file.Path local) {
    return new Path("far:" + local);
  }

  @Override
  public URI getUri() {
    return URI.create("far:///");
  }

  @Override
  public String getScheme() {
    return "far";
  }
}
