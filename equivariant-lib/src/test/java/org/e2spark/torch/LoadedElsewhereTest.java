package org.e2spark.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Class loaders that know nothing of each other compute in one JVM, on one libtorch. */
class LoadedElsewhereTest {

  private static final int LOADERS = 3;

  /** What each class loader computes: sum and gradient of squares. */
  public static final class Squares implements Supplier<float[]> {
    @Override
    public float[] get() {
      System.setProperty("ai.djl.pytorch.num_interop_threads", "1"); // as a task does
      Threads.set(1);
      try (NDManager manager = EngineStart.ensure().newBaseManager();
          Autograd recording = Autograd.record()) {
        NDArray x = manager.create(new float[] {1, 2, 3});
        x.setRequiresGradient(true);
        NDArray y = x.square().sum();
        recording.backward(y);
        NDArray gradient = x.getGradient();
        return new float[] {y.getFloat(), gradient.getFloat(0), gradient.getFloat(2)};
      }
    }
  }

  /** What the native code throws must be of the class loader's own classes. */
  public static final class Refused implements Supplier<Boolean> {
    @Override
    public Boolean get() {
      try (NDManager manager = EngineStart.ensure().newBaseManager()) {
        manager.ones(new Shape(2, 3)).matMul(manager.ones(new Shape(2, 3)));
        return false;
      } catch (EngineException e) {
        return true;
      }
    }
  }

  @Test
  void everyClassLoaderComputesOnOneLibtorch() throws Exception {
    float[] here = new Squares().get();
    assertThat(here).containsExactly(14, 2, 6);
    ExecutorService threads = Executors.newFixedThreadPool(LOADERS);
    List<URLClassLoader> loaders = new ArrayList<>();
    try {
      List<Callable<Object>> work = new ArrayList<>();
      for (int i = 0; i < LOADERS; i++) {
        URLClassLoader loader =
            new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
        loaders.add(loader);
        work.add(() -> in(loader, Squares.class));
        work.add(() -> in(loader, Refused.class));
      }
      List<Future<Object>> done = threads.invokeAll(work);
      for (int i = 0; i < done.size(); i += 2) {
        assertThat((float[]) done.get(i).get()).containsExactly(here);
        assertThat(done.get(i + 1).get()).isEqualTo(true);
      }
      assertThat(new Refused().get()).isTrue();
      assertThat(mapped("libtorch_cpu")).hasSize(1);
      assertThat(System.getProperty("ai.djl.pytorch.native_helper")).isNull();
    } finally {
      threads.shutdown();
      for (URLClassLoader loader : loaders) {
        loader.close();
      }
    }
  }

  @Test
  void whatIsNoLibraryIsRefused(@TempDir Path folder) throws IOException {
    Path none = Files.writeString(folder.resolve(System.mapLibraryName("djl_torch")), "none");
    assertThatThrownBy(() -> LoadedElsewhere.load(none.toString()))
        .isInstanceOf(UnsatisfiedLinkError.class);
  }

  private static Object in(ClassLoader loader, Class<?> work) throws ReflectiveOperationException {
    Class<?> there = loader.loadClass(work.getName());
    assertThat(there).isNotSameAs(work);
    Thread.currentThread().setContextClassLoader(loader);
    return ((Supplier<?>) there.getConstructor().newInstance()).get();
  }

  private static URL[] classPath() throws IOException {
    List<URL> urls = new ArrayList<>();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String part : path.split(File.pathSeparator)) {
      urls.add(Path.of(part).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  /** The files of that name that are in this process. */
  private static List<String> mapped(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains(name))
        .map(line -> line.substring(line.indexOf('/')))
        .distinct()
        .toList();
  }
}
