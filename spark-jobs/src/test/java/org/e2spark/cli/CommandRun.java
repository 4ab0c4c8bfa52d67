package org.e2spark.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/**
 * What a command left: exit code, output, errors.
 *
 * @param code exit code
 * @param out everything printed
 * @param err everything on the error stream but the log
 */
record CommandRun(int code, String out, String err) {

  /** Runs the tool's command line in this JVM, in the test's own Spark session if it has one. */
  static CommandRun of(String... arguments) {
    return of(Main.commandLine(), arguments);
  }

  static CommandRun of(CommandLine main, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    main.setOut(new PrintWriter(out));
    main.setErr(new PrintWriter(err));
    int code = main.execute(arguments);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /** The lines of the error stream that are not empty. */
  List<String> errors() {
    return err.lines().filter(line -> !line.isBlank()).toList();
  }
}
