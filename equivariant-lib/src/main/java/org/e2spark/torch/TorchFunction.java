package org.e2spark.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.util.List;
import org.e2spark.cache.BoundedCache;

/**
 * A differentiable function of tensors, written in TorchScript and compiled once per process.
 *
 * <p>Numbers that are not tensors (strides, axes, ...) are part of the source text, so each choice
 * of them is a function of its own. Compiled functions are kept in a bounded cache and shared by
 * all threads.
 */
public final class TorchFunction {

  /**
   * More distinct functions of a few statements than any network uses; the oldest one is dropped,
   * and compiled again when asked for. Whole programs are held by a {@link FunctionLease}.
   */
  private static final int CACHE_LIMIT = 1024;

  private static final Cleaner CLEANER = Cleaner.create();

  private static final BoundedCache<String, TorchFunction> CACHE = BoundedCache.ofSize(CACHE_LIMIT);

  private final PtSymbolBlock module;
  private final int arity;
  private final Cleaner.Cleanable end;

  private TorchFunction(PtSymbolBlock module, int arity) {
    this.module = module;
    this.arity = arity;
    this.end = CLEANER.register(this, module::close);
  }

  /**
   * A function of one result.
   *
   * @param parameters the tensors' names, separated by commas, such as {@code "x, weight"}
   * @param expression a TorchScript expression over them, such as {@code "torch.matmul(x, weight)"}
   * @throws ai.djl.engine.EngineException if the expression does not compile
   */
  public static TorchFunction of(String parameters, String expression) {
    return of(parameters, List.of(), expression);
  }

  /**
   * A function of one result with statements before its result.
   *
   * @param parameters the tensors' names, separated by commas
   * @param statements one TorchScript statement each
   * @param result the expression to return
   */
  public static TorchFunction of(String parameters, List<String> statements, String result) {
    String[] names = names(parameters);
    String source = source(names, statements, result);
    return CACHE.get(source, () -> compile(source, names.length));
  }

  /**
   * Applies the function.
   *
   * @param manager who owns the result
   * @param inputs as many arrays as the function has parameters
   */
  public NDArray apply(NDManager manager, NDArray... inputs) {
    if (inputs.length != arity) {
      throw new IllegalArgumentException(
          "Function of " + arity + " tensors is applied to " + inputs.length);
    }
    NDList arguments = new NDList(inputs.length);
    NDList aliases = new NDList();
    for (NDArray input : inputs) {
      arguments.add(unnamed(manager, input, aliases));
    }
    try (aliases) {
      NDArray result = IValueUtils.forward(module, arguments, true).get(0);
      result.attach(manager);
      return result;
    }
  }

  /**
   * DJL reads the name of an argument as a request to pack it into a list, tuple or dictionary;
   * parameters have names with such characters, so they are passed under an alias.
   */
  private static NDArray unnamed(NDManager manager, NDArray input, NDList aliases) {
    NDArray array = Autograd.pt(input);
    String name = array.getName();
    if (name == null || name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_')) {
      return array;
    }
    NDArray alias = array.reshape(array.getShape());
    alias.attach(manager);
    aliases.add(alias);
    return alias;
  }

  static String[] names(String parameters) {
    return parameters.split(",\\s*");
  }

  static String source(String[] names, List<String> statements, String result) {
    var text = new StringBuilder();
    text.append("class Program(Module):\n");
    text.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
    text.append("  def forward(self: __torch__.Program");
    for (String name : names) {
      text.append(",\n    ").append(name).append(": Tensor");
    }
    text.append(") -> Tensor:\n");
    for (String statement : statements) {
      text.append("    ").append(statement).append('\n');
    }
    return text.append("    return ").append(result).append('\n').toString();
  }

  static TorchFunction compile(String source, int arity) {
    PtNDManager owner = (PtNDManager) Owner.MANAGER;
    try (var archive = new ByteArrayInputStream(TorchArchive.of(source))) {
      PtSymbolBlock module = JniUtils.loadModule(owner, archive, false, false);
      return new TorchFunction(module, arity);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Frees what is compiled, which nobody may use any more. */
  void free() {
    end.clean();
  }

  /** Owns every compiled function, for as long as the process lives. */
  private static final class Owner {
    static final NDManager MANAGER = EngineStart.ensure().newBaseManager();
  }
}
