package org.e2spark.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Reads {@code presets.tsv}: what each preset is, without building any. */
final class PresetTable {

  private static final String FILE = "presets.tsv";

  private PresetTable() {}

  static List<Preset> read() {
    try (InputStream stream =
            Objects.requireNonNull(PresetTable.class.getResourceAsStream(FILE), FILE);
        var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).map(PresetTable::preset).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + FILE, e);
    }
  }

  private static Preset preset(String line) {
    String[] columns = line.split("\t", -1);
    String[] images = columns[1].split("x", -1);
    return new Preset(
        columns[0],
        Integer.parseInt(images[0]),
        Integer.parseInt(images[1]),
        Integer.parseInt(columns[2]),
        Long.parseLong(columns[3]),
        Long.parseLong(columns[4]),
        columns[5],
        columns[6]);
  }
}
