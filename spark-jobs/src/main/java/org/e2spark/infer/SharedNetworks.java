package org.e2spark.infer;

import ai.djl.Device;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.e2spark.savedmodel.SavedModel;

/**
 * The exported networks of this JVM, each one of all threads that use it. Those that nobody uses
 * stay for the next task, at most {@value #IDLE}; the least recently used goes first.
 */
final class SharedNetworks {

  /** The most networks that are kept without use. */
  static final int IDLE = 2;

  private record Key(String model, FeatureRequest request, Device device) {}

  private static final class Entry {
    private ExportedNetwork network;
    private int users;
  }

  /** The networks of this JVM. */
  static final SharedNetworks JVM = new SharedNetworks();

  private final Map<Key, Entry> entries = new LinkedHashMap<>(4, 0.75f, true);

  /** The use of a network, until it is closed; closing twice does nothing more. */
  final class Lease implements AutoCloseable {
    private Entry entry;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    ExportedNetwork network() {
      return entry.network;
    }

    @Override
    public void close() {
      Entry left = entry;
      entry = null;
      if (left != null) {
        release(left);
      }
    }
  }

  /**
   * A network to use: one that is there, or a new one, which threads that ask meanwhile wait for.
   *
   * @param fingerprint of the model
   * @param request null for no features
   * @param model asked for only if the network is not there
   */
  Lease lease(
      String fingerprint, FeatureRequest request, Device device, Supplier<SavedModel> model) {
    Entry entry;
    synchronized (entries) {
      entry =
          entries.computeIfAbsent(new Key(fingerprint, request, device), ignored -> new Entry());
      entry.users++;
    }
    Lease lease = new Lease(entry);
    try {
      synchronized (entry) {
        if (entry.network == null) {
          entry.network = new ExportedNetwork(model.get(), request, device);
        }
      }
      return lease;
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  private void release(Entry entry) {
    synchronized (entries) {
      entry.users--;
      int idle = (int) entries.values().stream().filter(e -> e.users == 0).count();
      for (Iterator<Entry> all = entries.values().iterator(); idle > 0 && all.hasNext(); ) {
        Entry each = all.next();
        if (each.users == 0 && (idle > IDLE || each.network == null)) {
          all.remove();
          idle--;
          if (each.network != null) {
            each.network.close();
          }
        }
      }
    }
  }

  /** How many networks there are, used or not. */
  int size() {
    synchronized (entries) {
      return entries.size();
    }
  }
}
