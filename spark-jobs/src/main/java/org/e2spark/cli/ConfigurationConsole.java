package org.e2spark.cli;

import java.io.PrintWriter;
import java.util.Map;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.text.Text;

/**
 * Prints with what a training runs before it does, the defaults filled in, and leaves all else to
 * another.
 *
 * @param out where it goes
 * @param next hears everything
 */
record ConfigurationConsole(PrintWriter out, TrainListener next) implements TrainListener {

  private static final int COLUMNS = 100;
  private static final String INDENT = " ".repeat(12);

  @Override
  public void happened(TrainEvent event) {
    if (event instanceof TrainEvent.Configured configured) {
      print("options", configured.options());
      print("run", configured.run());
    }
    next.happened(event);
  }

  private void print(String title, Map<String, String> settings) {
    StringBuilder line = new StringBuilder(Text.format("%-12s", title));
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String text = setting.getKey() + "=" + setting.getValue();
      if (line.length() > INDENT.length() && line.length() + text.length() > COLUMNS) {
        out.println(line.toString().stripTrailing());
        line = new StringBuilder(INDENT);
      }
      line.append(text).append("  ");
    }
    out.println(line.toString().stripTrailing());
  }
}
