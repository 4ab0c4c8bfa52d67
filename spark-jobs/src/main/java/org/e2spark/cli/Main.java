package org.e2spark.cli;

import java.io.PrintWriter;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.prepare.PrepareOptions;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.TableImages;
import org.e2spark.engine.CheckpointInterval;
import org.e2spark.export.ExportFormat;
import org.e2spark.infer.ExtractOptions;
import org.e2spark.infer.InvalidImages;
import org.e2spark.model.FeatureKind;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.sync.PortRange;
import org.e2spark.text.Text;
import org.e2spark.track.ModelName;
import org.e2spark.train.AugmentationPolicy;
import org.e2spark.train.InputScale;
import org.e2spark.train.Schedule;
import org.e2spark.train.Span;
import org.e2spark.train.Validation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The class that {@code spark-submit --class org.e2spark.cli.Main e2spark-assembly.jar COMMAND ...}
 * starts.
 *
 * <p>Exit codes: 0 done; 1 the job failed; 2 the user can mend it (an unknown option, a missing
 * file, another Spark, too few slots), said in one line on the error stream.
 */
@Command(
    name = "e2spark",
    description = "Trains E(2)-equivariant image networks on Spark clusters.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      FetchCommand.class,
      PrepareCommand.class,
      InspectCommand.class,
      PresetsCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      ReportCommand.class,
      QuickstartCommand.class,
      ImportE2cnnCommand.class,
      ExportCommand.class,
      ExplainCommand.class,
      ExtractCommand.class,
      RecipesCommand.class,
      ReproduceCommand.class,
      DoctorCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Spark's own options (--master, --conf, --driver-memory, ...) may stand anywhere on the line.",
      "e2spark COMMAND --help tells a command's options."
    })
public final class Main implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Main.class);

  static final int FAILED = 1;
  static final int USAGE = 2;

  private static final int HELP_COLUMNS = 100;

  @Spec private CommandSpec spec;

  /** Why the command failed. */
  private String reason = "the error stream tells why";

  /**
   * Runs one command and ends the JVM with its exit code; where Spark runs already, as in a
   * notebook or a job of Databricks, the JVM is others' too, and stays.
   *
   * @param args the command and its options
   * @throws FailedCommandException instead of ending a JVM that is not ours
   */
  public static void main(String[] args) {
    boolean isGuest = Session.isRunning();
    Main tool = new Main();
    int code = configured(new CommandLine(tool)).execute(args);
    if (code != 0 && isGuest) {
      throw new FailedCommandException(code, tool.reason);
    }
    if (code != 0) {
      System.exit(code);
    }
  }

  /** A command failed, for the reason in the message. */
  static final class FailedCommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailedCommandException(int code, String reason) {
      super("The command failed with exit code " + code + ": " + reason);
    }
  }

  static CommandLine commandLine() {
    return configured(new CommandLine(new Main()));
  }

  /** A command that reads, refuses and fails as all the tool's do. */
  static CommandLine configured(CommandLine command) {
    inOrder(command);
    command.getSubcommands().values().forEach(Main::inOrder);
    return command
        .registerConverter(Interpolation.class, new Names<>(Interpolation.class))
        .registerConverter(OptimizerFlags.Rule.class, new Names<>(OptimizerFlags.Rule.class))
        .registerConverter(
            SynchronisationFlags.Outer.class, new Names<>(SynchronisationFlags.Outer.class))
        .registerConverter(Validation.Metric.class, new Names<>(Validation.Metric.class))
        .registerConverter(Evaluation.class, new Names<>(Evaluation.class))
        .registerConverter(ExportFormat.class, new Names<>(ExportFormat.class))
        .registerConverter(InputScale.class, new Names<>(InputScale.class))
        .registerConverter(FeatureKind.class, new Names<>(FeatureKind.class))
        .registerConverter(InvalidImages.class, new Names<>(InvalidImages.class))
        .registerConverter(TableImages.class, new Names<>(TableImages.class))
        .registerConverter(
            ExtractOptions.TableFormat.class, new Names<>(ExtractOptions.TableFormat.class))
        .registerConverter(PrepareOptions.Size.class, Sizes.checked(Sizes::size))
        .registerConverter(ImageShape.class, Sizes.checked(Sizes::shape))
        .registerConverter(Schedule.class, Sizes.checked(Schedules::of))
        .registerConverter(CheckpointInterval.class, Sizes.checked(CheckpointInterval::of))
        .registerConverter(Span.class, Sizes.checked(Span::of))
        .registerConverter(PortRange.class, Sizes.checked(PortRange::parse))
        .registerConverter(ModelName.class, Sizes.checked(ModelName::of))
        .registerConverter(AugmentationPolicy.class, Sizes.checked(AugmentationPolicy::of))
        .setUsageHelpWidth(HELP_COLUMNS)
        .setParameterExceptionHandler(Main::reportBadOption)
        .setExecutionExceptionHandler(Main::reportFailure)
        .setExecutionStrategy(Main::checkThenRun);
  }

  /** Lets the help show options in the order in which they are written here, with defaults. */
  private static void inOrder(CommandLine command) {
    command.getCommandSpec().usageMessage().sortOptions(false).showDefaultValues(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  private static int checkThenRun(CommandLine.ParseResult parsed) {
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    if (!isForTheDoctor(parsed)) {
      try {
        SparkVersion.running().checkJava(Runtime.version().feature());
      } catch (UsageException e) {
        return report(parsed.commandSpec().commandLine(), e.getMessage(), USAGE);
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** Which says what is wrong with Spark and Java itself, among the rest. */
  private static boolean isForTheDoctor(CommandLine.ParseResult parsed) {
    return parsed.hasSubcommand()
        && parsed.subcommand().commandSpec().userObject() instanceof DoctorCommand;
  }

  private static int reportBadOption(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    return report(command, firstLine(e.getMessage()) + " (see " + name + " --help)", USAGE);
  }

  private static int reportFailure(
      Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    Failure failure = Failure.of(e);
    if (!failure.expected()) {
      log.error("{} failed unexpectedly", command.getCommandName(), e);
    }
    return report(command, failure.message(), failure.code());
  }

  private static int report(CommandLine command, String message, int code) {
    String line = "e2spark: " + message;
    if (command.getCommandSpec().root().userObject() instanceof Main tool) {
      tool.reason = line;
    }
    PrintWriter err = command.getErr();
    err.println(line);
    return code;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }

  /** What a report of a fault needs. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      JarFacts jar = JarFacts.read();
      return new String[] {
        "e2spark " + jar.version() + ", commit " + jar.commit(),
        "libtorch " + jar.libtorch() + " for " + jar.platform() + ", inside the jar",
        "Spark "
            + org.apache.spark.package$.MODULE$.SPARK_VERSION()
            + ", Scala "
            + scala.util.Properties.versionNumberString(),
        Text.format(
            "Java %s (%s), %s %s",
            System.getProperty("java.version"),
            System.getProperty("java.vendor"),
            System.getProperty("os.name"),
            System.getProperty("os.arch"))
      };
    }
  }
}
