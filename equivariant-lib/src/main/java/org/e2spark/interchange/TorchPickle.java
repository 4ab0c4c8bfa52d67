package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.e2spark.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads PyTorch's pickles, in which tensors refer to storages beside the pickle. */
final class TorchPickle extends Unpickler {

  private static final Map<String, DataType> STORAGES =
      Map.of(
          "FloatStorage", DataType.FLOAT32,
          "DoubleStorage", DataType.FLOAT64,
          "HalfStorage", DataType.FLOAT16,
          "BFloat16Storage", DataType.BFLOAT16,
          "LongStorage", DataType.INT64,
          "IntStorage", DataType.INT32,
          "CharStorage", DataType.INT8,
          "ByteStorage", DataType.UINT8,
          "BoolStorage", DataType.BOOLEAN);

  private static final Logger log = LoggerFactory.getLogger(TorchPickle.class);

  /** The bytes that tensors lie in. */
  private record Storage(DataType type, String key) {}

  /**
   * A tensor: where its elements lie in a storage.
   *
   * @param key the storage
   * @param offset of the first element
   * @param strides steps along each axis, in elements
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tensor(DataType type, String key, long offset, long[] sizes, long[] strides) {

    /**
     * Copies the elements.
     *
     * @throws IOException if the storage is too small
     */
    NDArray read(NDManager manager, byte[] storage) throws IOException {
      Shape shape = new Shape(sizes);
      int size = type.getNumOfBytes();
      long last = offset;
      for (int axis = 0; axis < sizes.length; axis++) {
        last += (sizes[axis] - 1) * strides[axis];
      }
      if (shape.size() > 0 && (offset < 0 || last < 0 || (last + 1) * size > storage.length)) {
        throw new IOException(
            Text.format(
                "A tensor of shape %s does not fit into its storage of %s bytes: the file is damaged",
                shape, storage.length));
      }
      ByteBuffer elements =
          ByteBuffer.allocateDirect(Math.toIntExact(shape.size() * size))
              .order(ByteOrder.nativeOrder());
      if (shape.size() > 0) {
        copy(storage, size, offset, 0, elements);
      }
      elements.flip();
      if (type != DataType.BFLOAT16) {
        return manager.create(elements, shape, type);
      }
      // A bfloat16 is the upper half of a float32, and DJL ends the JVM when it is given one.
      log.info("A bfloat16 tensor of shape {} is read as float32", shape);
      ByteBuffer wide =
          ByteBuffer.allocateDirect(2 * elements.remaining()).order(ByteOrder.nativeOrder());
      while (elements.hasRemaining()) {
        wide.putInt(elements.getShort() << Short.SIZE);
      }
      return manager.create(wide.flip(), shape, DataType.FLOAT32);
    }

    private void copy(byte[] storage, int size, long from, int axis, ByteBuffer elements) {
      if (axis == sizes.length) {
        elements.put(storage, Math.toIntExact(from * size), size);
      } else if (axis == sizes.length - 1 && strides[axis] == 1) {
        elements.put(storage, Math.toIntExact(from * size), Math.toIntExact(sizes[axis] * size));
      } else {
        for (long i = 0; i < sizes[axis]; i++) {
          copy(storage, size, from + i * strides[axis], axis + 1, elements);
        }
      }
    }
  }

  @Override
  protected Object dispatch(short code) throws IOException {
    if (code == Opcodes.GLOBAL) {
      // The library's own table of classes is one for the whole process; this file's is not.
      String module = PickleUtils.readline(input);
      stack.add(global(module, PickleUtils.readline(input)));
      return NO_RETURN_VALUE;
    }
    // The library forgets the order of a dictionary's entries.
    if (code == Opcodes.EMPTY_DICT) {
      stack.add(new LinkedHashMap<>());
      return NO_RETURN_VALUE;
    }
    if (code == Opcodes.SETITEMS) {
      List<Object> items = stack.pop_all_since_marker();
      @SuppressWarnings("unchecked") // what is filled here was made here
      Map<Object, Object> dictionary = (Map<Object, Object>) stack.peek();
      for (int i = 0; i < items.size(); i += 2) {
        dictionary.put(items.get(i), items.get(i + 1));
      }
      return NO_RETURN_VALUE;
    }
    if (code == Opcodes.BUILD) {
      // What PyTorch adds to a dictionary: the versions of its modules.
      stack.pop();
      return NO_RETURN_VALUE;
    }
    if (code == Opcodes.STACK_GLOBAL || code == Opcodes.NEWOBJ) {
      throw new PickleException("it holds objects; save the network's state_dict() instead");
    }
    return super.dispatch(code);
  }

  private static Object global(String module, String name) {
    return switch (module + "." + name) {
      case "collections.OrderedDict" -> (IObjectConstructor) arguments -> new LinkedHashMap<>();
      case "torch._utils._rebuild_tensor_v2" -> (IObjectConstructor) TorchPickle::tensor;
      case "torch._utils._rebuild_parameter" -> (IObjectConstructor) arguments -> arguments[0];
      default -> {
        DataType type = module.equals("torch") ? STORAGES.get(name) : null;
        if (type == null) {
          throw new PickleException(
              "it holds a " + module + "." + name + "; save the network's state_dict() instead");
        }
        yield type;
      }
    };
  }

  @Override
  protected Object persistentLoad(Object id) {
    Object[] parts = (Object[]) id;
    return new Storage((DataType) parts[1], (String) parts[2]);
  }

  private static Tensor tensor(Object[] arguments) {
    Storage storage = (Storage) arguments[0];
    return new Tensor(
        storage.type(),
        storage.key(),
        ((Number) arguments[1]).longValue(),
        longs((Object[]) arguments[2]),
        longs((Object[]) arguments[3]));
  }

  private static long[] longs(Object[] numbers) {
    long[] longs = new long[numbers.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = ((Number) numbers[i]).longValue();
    }
    return longs;
  }
}
