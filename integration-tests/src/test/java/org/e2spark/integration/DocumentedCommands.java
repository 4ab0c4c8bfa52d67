package org.e2spark.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The shell commands that the checkout's READMEs and Javadoc tell people to run. */
final class DocumentedCommands {
  private static final Pattern FENCE = Pattern.compile("(?ms)^```(?:bash|sh|shell)\\n(.*?)^```$");
  private static final Pattern INDENTED = Pattern.compile("(?m)^ {4}\\S(?:.*\\\\\\n)*.*$");
  private static final Pattern IN_A_SENTENCE = Pattern.compile("`(mvn [^`]*)`");
  private static final Pattern JAVADOC =
      Pattern.compile(
          "(?s)\\{@code\\s+((?:[A-Z_]+=\\S+ |taskset \\S+ \\S+ )*mvn [^}]*)}|<pre>\\s*((?:[A-Z_]+=\\S+ )*mvn [^<]*)</pre>");
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:[A-Z_]+=\\S+ )*(?:taskset \\S+ \\S+ )?(?:\\S*/)?(?:mvn|e2spark|spark-submit|docker|pip|python3?)\\s.*");

  private DocumentedCommands() {}

  /** A command, its words one space apart, and the file that tells it. */
  record Documented(Path file, String command) {}

  static List<Documented> all() {
    List<Documented> found = new ArrayList<>();
    for (Path file : sources()) {
      commands(file).map(command -> new Documented(file, command)).forEach(found::add);
    }
    return found;
  }

  private static List<Path> sources() {
    List<Path> sources = new ArrayList<>();
    try {
      Files.walkFileTree(
          Tool.ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(
                Path directory, BasicFileAttributes attributes) {
              String name = directory.getFileName().toString();
              boolean ours =
                  !name.equals("target") && (!name.startsWith(".") || directory.equals(Tool.ROOT));
              return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (file.toString().matches(".*\\.(md|java)")) {
                sources.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }

  private static Stream<String> commands(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
    if (file.toString().endsWith(".java")) {
      return groups(JAVADOC, text.replaceAll("(?m)^\\s*\\* ?", ""))
          .map(DocumentedCommands::oneLine);
    }
    Stream<String> blocks =
        Stream.concat(
            groups(FENCE, text).flatMap(block -> oneLineEach(block).lines()),
            groups(INDENTED, text)
                .map(DocumentedCommands::oneLine)
                .filter(line -> COMMAND.matcher(line).matches()));
    Stream<String> sentences =
        file.toString().endsWith(".md")
            ? groups(IN_A_SENTENCE, text).map(DocumentedCommands::oneLine)
            : Stream.of();
    return Stream.concat(blocks, sentences).filter(line -> !line.isEmpty());
  }

  private static Stream<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(DocumentedCommands::firstGroup);
  }

  private static String firstGroup(MatchResult match) {
    for (int group = 1; group <= match.groupCount(); group++) {
      if (match.group(group) != null) {
        return match.group(group);
      }
    }
    return match.group();
  }

  /** The commands of a block, without comments and with continued lines joined. */
  private static String oneLineEach(String block) {
    return block
        .replaceAll("\\\\\\n\\s*", " ")
        .lines()
        .map(line -> line.replaceAll("(^|\\s)#.*", ""))
        .map(DocumentedCommands::oneLine)
        .collect(Collectors.joining("\n"));
  }

  private static String oneLine(String command) {
    return command.replaceAll("\\\\\\n", " ").strip().replaceAll("\\s+", " ");
  }
}
