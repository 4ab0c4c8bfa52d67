package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What the RAPIDS Accelerator itself says about a plan; needs its jar and no GPU. */
public final class RapidsExplain {
  /** Marks of the accelerator: ! stays on the CPU, ^ goes there and back from the GPU. */
  private static final Pattern ON_CPU =
      Pattern.compile("^\\s*[!^]\\w*\\s*<(\\w+)>", Pattern.MULTILINE);

  private RapidsExplain() {}

  /**
   * The operators of a plan that do not run on a GPU; the whole explanation goes beside the jar.
   *
   * @param name of the explanation's file
   */
  public static SortedSet<String> onCpu(String name, Dataset<Row> plan)
      throws IOException, ReflectiveOperationException {
    String explanation = explain(plan);
    Path report = Path.of(System.getProperty("e2spark.rapids.jar")).resolveSibling(name + ".txt");
    Files.writeString(report, explanation);
    assertThat(explanation).contains("will run on GPU");
    SortedSet<String> operators = new TreeSet<>();
    Matcher matcher = ON_CPU.matcher(explanation);
    while (matcher.find()) {
      operators.add(matcher.group(1));
    }
    return operators;
  }

  private static String explain(Dataset<Row> plan) throws ReflectiveOperationException {
    try {
      return (String)
          Class.forName("com.nvidia.spark.rapids.ExplainPlan")
              .getMethod("explainPotentialGpuPlan", Dataset.class, String.class)
              .invoke(null, plan, "ALL");
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("The accelerator cannot explain a plan", e.getCause());
    }
  }
}
