package org.e2spark.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.e2spark.data.source.known.Fetcher;
import org.e2spark.data.source.known.KnownSet;
import org.e2spark.data.source.known.RemoteFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark fetch}. */
@Command(
    name = "fetch",
    description =
        "Downloads a published set's files from their official addresses, verifies their checksums and "
            + "unpacks archives. Run again, it goes on where it stopped; files that are there are verified.",
    mixinStandardHelpOptions = true)
final class FetchCommand implements Callable<Integer> {

  private final Function<String, List<RemoteFile>> published;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SET",
      description =
          "mnist (also what mnist-rot, mnist-o2 and mnist12k are made of), cifar10, cifar100 or "
              + "stl10.")
  private String set;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "A folder of this machine.")
  private String to;

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description = "Fetch from this folder, by http or https, instead; checksums stay the same.")
  private URI mirror;

  @Option(
      names = "--attempts",
      paramLabel = "N",
      defaultValue = "5",
      description = "Tries in a row that may bring nothing.")
  private int attempts;

  @Option(
      names = "--pause",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "Between tries.")
  private int pause;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long an address may be silent.")
  private int timeout;

  /** Fetches what {@link KnownSet} names. */
  FetchCommand() {
    this(name -> KnownSet.named(name).files());
  }

  /** Fetches what a catalogue names. */
  FetchCommand(Function<String, List<RemoteFile>> published) {
    this.published = published;
  }

  @Override
  public Integer call() {
    try (FetchConsole progress = new FetchConsole(spec.commandLine().getErr())) {
      List<RemoteFile> files = published.apply(set);
      Path folder = folder();
      Fetcher.Builder fetcher =
          Fetcher.builder()
              .attempts(attempts)
              .pause(Duration.ofSeconds(pause))
              .timeout(Duration.ofSeconds(timeout))
              .progress(progress);
      if (mirror != null) {
        fetcher.mirror(mirrorFolder());
      }
      PrintWriter console = spec.commandLine().getOut();
      for (RemoteFile file : files) {
        Path fetched = fetcher.build().fetch(file, folder);
        progress.close();
        console.println("Verified: " + fetched);
      }
      console.printf(Locale.ROOT, "Next: e2spark prepare %s --from %s --out SHARDS%n", set, to);
      return 0;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private Path folder() {
    if (to.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") && !to.startsWith("file:")) {
      throw new UsageException(
          "Cannot fetch to " + to + ": fetch to a folder of this machine, and copy that there");
    }
    Path folder = to.startsWith("file:") ? Path.of(URI.create(to)) : Path.of(to);
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new UsageException("Cannot fetch to " + to + ": it is a file, not a folder");
    }
    return folder;
  }

  private URI mirrorFolder() {
    if (mirror.getHost() == null || !String.valueOf(mirror.getScheme()).matches("https?")) {
      throw new UsageException(
          "Invalid mirror: " + mirror + " (must begin with http:// or https:// and a host)");
    }
    return mirror.toString().endsWith("/") ? mirror : URI.create(mirror + "/");
  }
}
