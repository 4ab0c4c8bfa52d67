package org.e2spark.sync;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The ranks of a benchmark after the first, each in a JVM of its own. */
public final class RankProcesses implements AutoCloseable {

  private static final String SAID = "A rank is at ";

  /** What a rank is told, when all are there. */
  public record Invitation(int rank, List<String> addresses, RunSecret secret)
      implements Serializable {}

  private final List<Process> others = new ArrayList<>();
  private final List<String> addresses;

  /**
   * @param first the address of rank 0, which is this process
   */
  public RankProcesses(String first) {
    addresses = new ArrayList<>(List.of(first));
  }

  /**
   * Starts the next rank, and hears its address.
   *
   * @param options of its JVM
   */
  public void start(List<String> options, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process other =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    others.add(other);
    addresses.add(line(other.getInputStream(), SAID));
  }

  /** Tells all ranks where the others are; returns what the first is told. */
  public Invitation invite() throws IOException {
    RunSecret secret = RunSecret.random();
    for (int rank = 1; rank < addresses.size(); rank++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(new Invitation(rank, addresses, secret));
      }
      Writer in = others.get(rank - 1).outputWriter(StandardCharsets.UTF_8);
      in.write(Base64.getEncoder().encodeToString(bytes.toByteArray()) + "\n");
      in.flush();
    }
    return new Invitation(0, addresses, secret);
  }

  /** Says, as another rank, where it is, and waits until all are there. */
  public static Invitation invited(String address) throws IOException, ClassNotFoundException {
    System.out.println(SAID + address);
    byte[] told = Base64.getDecoder().decode(line(System.in, ""));
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(told))) {
      return (Invitation) in.readObject();
    }
  }

  /** What follows some words in the first line that begins with them. */
  private static String line(InputStream from, String words) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith(words)) {
        return line.substring(words.length());
      }
    }
    throw new IOException("A rank ended before it was told all");
  }

  /** Waits for those that end, and ends the others. */
  @Override
  public void close() {
    try {
      for (Process other : others) {
        if (!other.waitFor(10, TimeUnit.SECONDS)) {
          other.destroyForcibly();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
