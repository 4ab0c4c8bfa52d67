package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.razorvine.pickle.PickleException;
import org.e2spark.text.Text;

/**
 * Files of tensors by name, such as a network's {@code state_dict()}, as {@code torch.save} writes
 * and {@code torch.load} reads them.
 *
 * <p>Nothing in the file is run: of the objects that a pickle may hold, only tensors, dictionaries,
 * lists, numbers and text are read.
 */
public final class TorchFile {

  private static final String PICKLE = "data.pkl";

  private TorchFile() {}

  /**
   * Reads a dictionary of tensors.
   *
   * @param manager who owns the arrays
   * @param path of keys to the dictionary, where it lies inside others: {@code "model_state_dict"};
   *     none if the file holds nothing else
   * @return by name, in the order of the file
   * @throws IOException if the file cannot be read, is not one of PyTorch 1.6 or later, or holds
   *     something else; the message says what
   */
  public static Map<String, NDArray> read(NDManager manager, Path file, String... path)
      throws IOException {
    try (ZipFile archive = open(file)) {
      String folder = folder(archive, file);
      Object content = content(archive, folder, file);
      for (String key : path) {
        content = inside(content, key, file);
      }
      Map<String, TorchPickle.Tensor> tensors = tensors(content, file);
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      Map<String, byte[]> storages = new HashMap<>();
      for (Map.Entry<String, TorchPickle.Tensor> entry : tensors.entrySet()) {
        TorchPickle.Tensor tensor = entry.getValue();
        byte[] storage = storages.get(tensor.key());
        if (storage == null) {
          storage = bytes(archive, folder + "data/" + tensor.key(), file);
          storages.put(tensor.key(), storage);
        }
        arrays.put(entry.getKey(), tensor.read(manager, storage));
      }
      return Collections.unmodifiableMap(arrays);
    }
  }

  /**
   * Writes a dictionary of tensors, or nothing if it fails.
   *
   * @param arrays by name, float32 or int64, in the order that the file shall have
   * @throws IOException if the file cannot be written
   */
  public static void write(Map<String, NDArray> arrays, Path file) throws IOException {
    UnfinishedFile.write(file, out -> TorchPickleWriter.write(arrays, out));
  }

  private static ZipFile open(Path file) throws IOException {
    try {
      return new ZipFile(file.toFile());
    } catch (java.util.zip.ZipException e) {
      throw new IOException(
          file
              + " is not a file of PyTorch 1.6 or later: load it there and save it again with"
              + " torch.save",
          e);
    }
  }

  /** The name of the archive's one folder, which depends on how the file was called. */
  private static String folder(ZipFile archive, Path file) throws IOException {
    Enumeration<? extends ZipEntry> entries = archive.entries();
    while (entries.hasMoreElements()) {
      String name = entries.nextElement().getName();
      if (name.equals(PICKLE) || name.endsWith("/" + PICKLE)) {
        return name.substring(0, name.length() - PICKLE.length());
      }
    }
    throw new IOException(file + " was not written by torch.save: it has no " + PICKLE);
  }

  private static Object content(ZipFile archive, String folder, Path file) throws IOException {
    ZipEntry order = archive.getEntry(folder + "byteorder");
    if (order != null
        && !new String(bytes(archive, order.getName(), file), StandardCharsets.US_ASCII)
            .equals("little")) {
      throw new IOException(file + " was written on a big-endian machine");
    }
    try {
      return new TorchPickle().loads(bytes(archive, folder + PICKLE, file));
    } catch (PickleException e) {
      throw new IOException(file + " cannot be read: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new IOException(file + " is damaged", e);
    }
  }

  private static byte[] bytes(ZipFile archive, String name, Path file) throws IOException {
    ZipEntry entry = archive.getEntry(name);
    if (entry == null) {
      throw new IOException(file + " is damaged: it has no " + name);
    }
    try (InputStream stream = archive.getInputStream(entry)) {
      return stream.readAllBytes();
    }
  }

  private static Object inside(Object content, String key, Path file) throws IOException {
    if (content instanceof Map<?, ?> map && map.containsKey(key)) {
      return map.get(key);
    }
    throw new IOException(file + " has no \"" + key + "\" but " + describe(content));
  }

  private static Map<String, TorchPickle.Tensor> tensors(Object content, Path file)
      throws IOException {
    Map<String, TorchPickle.Tensor> tensors = new LinkedHashMap<>();
    if (content instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (key instanceof String name && value instanceof TorchPickle.Tensor tensor) {
              tensors.put(name, tensor);
            }
          });
      if (tensors.size() == map.size()) {
        return tensors;
      }
    }
    throw new IOException(
        Text.format(
            "%s holds %s, not tensors by name: say which entry holds them, as in read(manager,"
                + " file, \"model_state_dict\")",
            file, describe(content)));
  }

  private static String describe(Object content) {
    return content instanceof Map<?, ?> map
        ? "the entries " + map.keySet()
        : "a " + (content == null ? "None" : content.getClass().getSimpleName());
  }
}
