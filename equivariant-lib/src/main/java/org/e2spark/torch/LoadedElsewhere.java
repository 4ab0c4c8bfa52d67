package org.e2spark.torch;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Supplier;

/**
 * The engine's start in a JVM where another class loader has loaded libtorch already: each session
 * of Spark Connect that sends a jar has class loaders of its own, on the driver and on executors.
 *
 * <p>A JVM gives a file of native code to one class loader only. libtorch itself is in the process
 * by then, which is all that it is needed for; DJL's JNI library, whose functions a JVM looks for
 * through the class loader that asks, is loaded from a copy, which uses the same libtorch.
 */
public final class LoadedElsewhere {

  /** DJL's name of the class whose {@code load} takes the place of {@link System#load}. */
  private static final String HELPER = "ai.djl.pytorch.native_helper";

  /** What a process sets once, and has set. */
  private static final String INTEROP = "ai.djl.pytorch.num_interop_threads";

  private static final String JNI = System.mapLibraryName("djl_torch");
  private static final String ELSEWHERE = "already loaded in another classloader";

  private LoadedElsewhere() {}

  /** Whether this is why the engine did not start. */
  static boolean isCauseOf(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof UnsatisfiedLinkError
          && String.valueOf(each.getMessage()).contains(ELSEWHERE)) {
        return true;
      }
    }
    return false;
  }

  /** Starts the engine so; one class loader at a time, since what DJL reads is the JVM's. */
  static Engine start(Supplier<Engine> engine) {
    Thread thread = Thread.currentThread();
    synchronized (Runtime.getRuntime()) {
      ClassLoader context = thread.getContextClassLoader();
      String helper = put(HELPER, LoadedElsewhere.class.getName());
      String interop = put(INTEROP, null);
      thread.setContextClassLoader(LoadedElsewhere.class.getClassLoader());
      try {
        return engine.get();
      } finally {
        thread.setContextClassLoader(context);
        put(INTEROP, interop);
        put(HELPER, helper);
      }
    }
  }

  /** Sets a property of the JVM, or clears it, and gives what it was. */
  private static String put(String property, String value) {
    return value == null ? System.clearProperty(property) : System.setProperty(property, value);
  }

  /**
   * Loads a library, which DJL asks for.
   *
   * @param path of its file
   * @throws UnsatisfiedLinkError if it cannot be loaded
   */
  public static void load(String path) {
    try {
      System.load(path);
    } catch (UnsatisfiedLinkError e) {
      if (!isCauseOf(e)) {
        throw e;
      }
      if (path.endsWith(JNI)) {
        loadCopy(Path.of(path));
      }
    }
  }

  /** The copy is not beside its original: DJL loads whatever library is there. */
  private static void loadCopy(Path library) {
    try {
      Path copy = Files.createTempFile(library.getParent().getParent(), "copy-", JNI);
      try {
        Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
        System.load(copy.toString());
      } finally {
        copy.toFile().deleteOnExit(); // where a file in use cannot be deleted
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy " + library + ": " + e.getMessage(), e);
    }
  }
}
