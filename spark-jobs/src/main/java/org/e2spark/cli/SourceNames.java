package org.e2spark.cli;

import java.util.ListResourceBundle;
import java.util.Locale;
import java.util.stream.Stream;
import org.e2spark.data.source.known.KnownSet;
import org.e2spark.data.source.known.SourceCatalog;
import org.e2spark.data.source.known.SourceOption;

/** The names of image sets and formats, which descriptions of options refer to. */
public final class SourceNames extends ListResourceBundle {

  @Override
  protected Object[][] getContents() {
    return Stream.concat(
            Stream.of(entry("sets", KnownSet.names()), entry("formats", SourceCatalog.formats())),
            Stream.of(SourceOption.values())
                .map(o -> entry("formats." + o.name().toLowerCase(Locale.ROOT), o.formats())))
        .toArray(Object[][]::new);
  }

  private static Object[] entry(String key, Iterable<String> names) {
    return new Object[] {key, String.join(", ", names)};
  }
}
