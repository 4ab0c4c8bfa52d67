package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the READMEs point at is there: packages, classes, files, and the sections of a page. */
class ReadmeMapTest {
  private static final List<String> MODULES =
      List.of("equivariant-lib", "data-pipeline", "spark-jobs");

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CLASS = Pattern.compile("\\[`(\\w+)`\\](?![:(])");
  private static final Pattern CLASS_FILE = Pattern.compile("(?m)^\\[`(\\w+)`\\]: (\\S+)$");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  @Test
  void theMapHasEveryPackageAndNoOther() throws IOException {
    String readme = Files.readString(Tool.ROOT.resolve("README.md"));
    int from = readme.indexOf("## A map of the house");
    String map = readme.substring(from, readme.indexOf("\n## ", from));
    for (String module : MODULES) {
      int start = map.indexOf("[`" + module + "`]");
      int end = map.indexOf("\n[`", start);
      assertThat(start).as(module).isNotNegative();
      TreeSet<String> told = new TreeSet<>();
      map.substring(start, end)
          .lines()
          .filter(line -> line.startsWith("| `"))
          .forEach(line -> told.addAll(found(NAME, line.split("\\|")[1])));
      assertThat(told).as(module).isEqualTo(packages(module));
    }
  }

  @Test
  void theClassesNamedAreWhereTheirLinksSay() throws IOException {
    String readme = Files.readString(Tool.ROOT.resolve("README.md"));
    Map<String, String> files = new TreeMap<>();
    CLASS_FILE.matcher(readme).results().forEach(link -> files.put(link.group(1), link.group(2)));
    assertThat(files).hasSizeGreaterThan(30);
    files.forEach(
        (name, file) -> {
          assertThat(Tool.ROOT.resolve(file)).isRegularFile();
          assertThat(file).endsWith("/" + name + ".java");
        });
    assertThat(files.keySet()).isEqualTo(new TreeSet<>(found(CLASS, readme)));
  }

  @Test
  void everyLinkOfEveryPageLeadsSomewhere() throws IOException {
    int links = 0;
    for (Path page : pages()) {
      for (String link : found(LINK, Files.readString(page))) {
        if (link.contains("://")) {
          continue;
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        assertThat(target).as("%s: %s", page, link).exists();
        if (parts.length == 2) {
          assertThat(anchors(target)).as("%s: %s", page, link).contains(parts[1]);
        }
        links++;
      }
    }
    assertThat(links).isGreaterThan(10);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(Tool.ROOT, 3)) {
      return files
          .filter(file -> file.endsWith("README.md") && !file.toString().contains("/target/"))
          .toList();
    }
  }

  /** The names that headings are linked by. */
  private static List<String> anchors(Path page) throws IOException {
    try (Stream<String> lines = Files.lines(page)) {
      return lines
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(java.util.Locale.ROOT))
          .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
          .toList();
    }
  }

  /** Packages below {@code org.e2spark} that hold classes. */
  private static TreeSet<String> packages(String module) throws IOException {
    Path root = Tool.ROOT.resolve(module).resolve("src/main/java/org/e2spark");
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(file -> root.relativize(file.getParent()).toString().replace('/', '.'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
  }
}
