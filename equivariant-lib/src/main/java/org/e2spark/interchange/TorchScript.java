package org.e2spark.interchange;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.e2spark.torch.TorchArchive;

/**
 * Writes plain networks as TorchScript: one file with the arrays and the function, which libtorch
 * runs without this library, from Python as {@code torch.jit.load(file)(images)}, from DJL as a
 * model of the PyTorch engine.
 */
public final class TorchScript {

  private TorchScript() {}

  /**
   * Writes a file, or none if it fails.
   *
   * @param file replaced if it exists
   * @throws IOException if writing fails
   */
  public static void write(PlainNetwork network, Path file) throws IOException {
    write(network, Map.of(), file);
  }

  /**
   * As {@link #write(PlainNetwork, Path)}, with files of text that the archive carries, for {@code
   * torch.jit.load(file, _extra_files={"notes.txt": ""})}.
   *
   * @param extra by name
   * @throws IOException if writing fails
   */
  public static void write(PlainNetwork network, Map<String, String> extra, Path file)
      throws IOException {
    UnfinishedFile.write(
        file,
        stream -> {
          Program program = Program.of(network.layers(), "self.");
          List<String> body = new ArrayList<>(program.statements());
          body.add("return " + program.result());
          try (OutputStream out = new BufferedOutputStream(stream)) {
            TorchArchive.write(out, body, program.arrays(), extra);
          }
        });
  }
}
