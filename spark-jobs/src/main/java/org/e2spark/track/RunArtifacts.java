package org.e2spark.track;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.engine.RunSummary;
import org.e2spark.engine.TrainResult;
import org.e2spark.export.ExportFormat;
import org.e2spark.export.ExportInput;
import org.e2spark.export.ModelExport;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.report.RunReport;
import org.e2spark.savedmodel.SavedModel;

/** What a finished training gives to MLflow: the folder {@code model}, and a report. */
public final class RunArtifacts {

  private RunArtifacts() {}

  /**
   * Writes them.
   *
   * @param tool that exports, with its version
   * @param folder that is empty
   */
  public static void write(
      TrainResult result, Configuration configuration, String tool, Path folder)
      throws IOException {
    var model = new org.apache.hadoop.fs.Path(result.model());
    new ModelExport(
            SavedModel.read(model, configuration), ExportInput.RAW_PIXELS, Evaluation.DENSE, tool)
        .write(ExportFormat.MLFLOW, folder.resolve("model"));
    var directory = model.getParent();
    RunSummary run = RunSummary.read(directory, configuration);
    var entry = new RunReport.Entry(directory.getName(), run, Optional.empty());
    Files.writeString(folder.resolve("report.html"), new RunReport(List.of(entry)).page());
  }
}
