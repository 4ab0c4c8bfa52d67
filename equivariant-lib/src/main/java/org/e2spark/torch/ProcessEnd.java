package org.e2spark.torch;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a JVM end while its threads compute, as one that is told to stop does: at a process's exit
 * libtorch destroys what it computes with, and a step that is under way would end it in a
 * segmentation fault in place of its exit code.
 *
 * <p>The C runtime calls the last function first that was registered for the exit. So one that ends
 * the process at once, with the exit code that it gets, keeps those from being called that were
 * registered before. It comes after all of Java's shutdown hooks, however the JVM ends.
 */
final class ProcessEnd {

  private static final Logger log = LoggerFactory.getLogger(ProcessEnd.class);

  static {
    if (Platform.isLinux()) {
      arrange();
    }
  }

  private ProcessEnd() {}

  /** To be called when libtorch has been loaded: this class's start arranges it, once a JVM. */
  static void ensure() {}

  private static void arrange() {
    try {
      register();
      // Again, since libtorch registers more when its parts are used first.
      Runtime.getRuntime().addShutdownHook(new Thread(ProcessEnd::register, "e2spark-exit"));
    } catch (RuntimeException | LinkageError e) {
      log.debug("A JVM that ends in the middle of a step may crash", e);
    }
  }

  /** {@code on_exit(_exit, NULL)}, which calls {@code _exit(code, NULL)}. */
  private static void register() {
    NativeLibrary process = NativeLibrary.getProcess();
    process
        .getFunction("on_exit")
        .invokeInt(new Object[] {process.getFunction("_exit"), Pointer.NULL});
  }
}
