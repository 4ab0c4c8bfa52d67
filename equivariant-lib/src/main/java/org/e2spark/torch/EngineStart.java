package org.e2spark.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;

/**
 * Loads libtorch, once a JVM whatever class loaders ask: its functions must not be called before
 * the engine exists.
 */
public final class EngineStart {

  private static final String NAME = "PyTorch";
  private static final String NATIVES = "native/lib/pytorch.properties";

  private static final String OTHER_NATIVES = "PYTORCH_LIBRARY_PATH";

  private EngineStart() {}

  /**
   * The engine.
   *
   * @throws NativesException if this JVM has no libtorch for its platform, or cannot load it
   */
  public static Engine ensure() {
    Engine engine = start();
    ProcessEnd.ensure();
    return engine;
  }

  private static Engine start() {
    try {
      return Engine.getEngine(NAME);
    } catch (RuntimeException | LinkageError e) {
      if (LoadedElsewhere.isCauseOf(e)) {
        return besideAnother();
      }
      throw failure(e);
    }
  }

  private static Engine besideAnother() {
    try {
      return LoadedElsewhere.start(() -> Engine.getEngine(NAME));
    } catch (RuntimeException | LinkageError e) {
      throw failure(e);
    }
  }

  /**
   * Whether the libtorch of this JVM was built for CUDA, whatever GPUs there are.
   *
   * @throws NativesException if there is none
   */
  public static boolean isBuiltForCuda() {
    ensure();
    return Files.exists(Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cuda")));
  }

  private static NativesException failure(Throwable cause) {
    Platform here = Platform.fromSystem("pytorch");
    String platform = here.getOsPrefix() + "-" + here.getOsArch();
    TreeSet<String> bundled = bundled();
    String message;
    if (bundled.contains(platform)) {
      message =
          "This JVM has libtorch "
              + here.getVersion()
              + " for "
              + platform
              + ", which cannot be loaded: "
              + rootMessage(cause)
              + ". "
              + wayOut();
    } else {
      message =
          "This JVM runs on "
              + platform
              + " and has libtorch for "
              + (bundled.isEmpty() ? "no platform" : String.join(", ", bundled))
              + ": take a jar built with -Dnative="
              + platform
              + ", or add ai.djl.pytorch:pytorch-native-cpu:"
              + here.getVersion()
              + ":"
              + platform
              + " to the class path";
    }
    return new NativesException(message, cause);
  }

  private static String wayOut() {
    String other = Utils.getEnvOrSystemProperty(OTHER_NATIVES);
    return other == null
        ? "Set DJL_CACHE_DIR to a folder that can be written and whose files can be run (it is "
            + Utils.getCacheDir()
            + "); on Linux, take glibc 2.28 or newer"
        : "Unset " + OTHER_NATIVES + ", or set it to a whole libtorch (it is " + other + ")";
  }

  private static TreeSet<String> bundled() {
    TreeSet<String> platforms = new TreeSet<>();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = context == null ? EngineStart.class.getClassLoader() : context;
    try {
      List<URL> found = Collections.list(loader.getResources(NATIVES));
      for (URL url : found) {
        Properties properties = new Properties();
        try (InputStream in = url.openStream()) {
          properties.load(in);
        }
        platforms.add(properties.getProperty("classifier", "an unknown platform"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + NATIVES, e);
    }
    return platforms;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
  }
}
