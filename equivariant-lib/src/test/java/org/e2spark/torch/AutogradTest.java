package org.e2spark.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AutogradTest {

  @Test
  void scopesNestAndRestore() {
    boolean before = Autograd.isRecording();
    try (var outer = Autograd.record()) {
      assertThat(Autograd.isRecording()).isTrue();
      try (var inner = Autograd.pause()) {
        assertThat(Autograd.isRecording()).isFalse();
      }
      assertThat(Autograd.isRecording()).isTrue();
    }
    assertThat(Autograd.isRecording()).isEqualTo(before);
  }

  @Test
  void gradientsAccumulateUntilZeroed() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray w = manager.create(new float[] {1, 2});
      w.setRequiresGradient(true);
      for (int i = 0; i < 2; i++) {
        try (var scope = Autograd.record()) {
          scope.backward(w.square().sum());
        }
      }
      assertThat(w.getGradient().toFloatArray()).containsExactly(4, 8);
      Autograd.zeroGradients(List.of(w));
      assertThat(w.getGradient().toFloatArray()).containsExactly(0, 0);
    }
  }

  @Test
  void standInsTakeTheirGradientsToTheParameter() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray w = manager.create(new float[] {1, 2});
      w.setRequiresGradient(true);
      NDArray tripled = manager.create(new float[] {3, 6});
      NDArray unused = manager.create(new float[] {3, 6});
      try (var outer = Autograd.record()) {
        NDArray leaf = outer.standIn(w, tripled, g -> g.mul(3));
        outer.standIn(w, unused, g -> g.mul(3));
        NDArray first = leaf.sum();
        try (var inner = Autograd.record()) {
          assertThat(inner.standIn(w, tripled, g -> g.mul(3))).isSameAs(leaf);
          inner.backward(first);
        }
        assertThat(w.getGradient().toFloatArray()).containsExactly(3, 3);
        // A second pass in the same scope adds its own gradient, not the first one's again.
        outer.backward(leaf.mul(w).sum());
        assertThat(w.getGradient().toFloatArray()).containsExactly(9, 15);
        assertThat(leaf.isReleased()).isFalse();
        outer.close();
        assertThat(leaf.isReleased()).isTrue();
      }
      assertThat(tripled.toFloatArray()).containsExactly(3, 6);
      assertThat(Autograd.current()).isEmpty();
    }
  }

  @Test
  void severalThreadsRecordAtOnce() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      var barrier = new CyclicBarrier(threads);
      List<Callable<float[]>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        float slope = t + 1;
        tasks.add(() -> train(barrier, slope));
      }
      List<Future<float[]>> results = pool.invokeAll(tasks);
      for (int t = 0; t < threads; t++) {
        assertThat(results.get(t).get()).containsExactly(2 * (t + 1), 4 * (t + 1));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static float[] train(CyclicBarrier barrier, float slope) throws Exception {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray w = manager.create(new float[] {1, 2});
      w.setRequiresGradient(true);
      try (var scope = Autograd.record()) {
        barrier.await();
        NDArray loss = w.square().mul(slope).sum();
        barrier.await();
        scope.backward(loss);
        barrier.await();
      }
      return w.getGradient().toFloatArray();
    }
  }

  @Test
  void wrongUseIsNamed() throws Exception {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        var scope = Autograd.record()) {
      NDArray w = manager.ones(new Shape(2));
      assertThatThrownBy(() -> scope.backward(w))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(2)");
      assertThatThrownBy(() -> scope.backward(w.sum()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("requires a gradient");
      List<Throwable> seen = new ArrayList<>();
      var thread = new Thread(() -> scope.close(), "stranger");
      thread.setUncaughtExceptionHandler((t, e) -> seen.add(e));
      thread.start();
      thread.join();
      assertThat(seen).singleElement().isInstanceOf(IllegalStateException.class);
      assertThat(seen.get(0)).hasMessageContaining("stranger");
    }
  }
}
