package org.e2spark.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The use of a compiled function that is too large to be kept once nobody needs it: a program of a
 * hundred statements takes megabytes of native memory. Those who hold the same program at the same
 * time share it, and the last one to close its lease frees it.
 */
public final class FunctionLease implements AutoCloseable {

  private static final Cleaner CLEANER = Cleaner.create();

  /** As many as leases are held. */
  private static final ConcurrentHashMap<String, Held> HELD = new ConcurrentHashMap<>();

  private final TorchFunction function;
  private final Cleaner.Cleanable end;

  private FunctionLease(String source, TorchFunction function) {
    this.function = function;
    this.end = CLEANER.register(this, () -> giveBack(source));
  }

  /**
   * Compiles a function of one result, or shares it with those who hold it already.
   *
   * @param parameters the tensors' names, separated by commas
   * @param statements one TorchScript statement each
   * @param result the expression to return
   * @throws ai.djl.engine.EngineException if the function does not compile
   */
  public static FunctionLease of(String parameters, List<String> statements, String result) {
    String[] names = TorchFunction.names(parameters);
    String source = TorchFunction.source(names, statements, result);
    Held held =
        HELD.compute(
            source,
            (key, known) ->
                known == null
                    ? new Held(TorchFunction.compile(source, names.length), 1)
                    : new Held(known.function(), known.leases() + 1));
    return new FunctionLease(source, held.function());
  }

  private static void giveBack(String source) {
    HELD.computeIfPresent(
        source,
        (key, held) -> {
          if (held.leases() > 1) {
            return new Held(held.function(), held.leases() - 1);
          }
          held.function().free();
          return null;
        });
  }

  /** The sources of the functions that somebody holds now. */
  static Set<String> held() {
    return Set.copyOf(HELD.keySet());
  }

  /**
   * Applies the function.
   *
   * @param manager who owns the result
   * @param inputs as many arrays as the function has parameters
   */
  public NDArray apply(NDManager manager, NDArray... inputs) {
    return function.apply(manager, inputs);
  }

  /** Gives the function back; a lease that is forgotten is given back when it is collected. */
  @Override
  public void close() {
    end.clean();
  }

  private record Held(TorchFunction function, int leases) {}
}
