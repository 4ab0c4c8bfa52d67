package org.e2spark.sync;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rank each task of a stage takes: tasks of one machine follow each other, so that the ring
 * leaves each machine once, however many devices that has. Spark itself numbers tasks before it
 * knows where they run, and in no order of machines.
 *
 * <p>What a rank computes, and in what order ranks are summed, does not depend on where it runs; so
 * the bits of a sum are the same wherever tasks are.
 *
 * @param tasks the number of the task that has each rank
 * @param addresses of the workers by rank
 */
public record RingOrder(List<Integer> tasks, List<String> addresses) {

  /** Copies the lists. */
  public RingOrder {
    tasks = List.copyOf(tasks);
    addresses = List.copyOf(addresses);
  }

  /**
   * The order of a stage's tasks; machines stand in the order of their first tasks.
   *
   * @param addresses every worker's {@link Rendezvous#address()}, by the number of its task
   */
  public static RingOrder of(List<String> addresses) {
    Map<String, List<Integer>> machines = new LinkedHashMap<>();
    for (int task = 0; task < addresses.size(); task++) {
      String host = Endpoint.parse(addresses.get(task)).host();
      machines.computeIfAbsent(host, first -> new ArrayList<>()).add(task);
    }
    List<Integer> tasks = machines.values().stream().flatMap(List::stream).toList();
    return new RingOrder(tasks, tasks.stream().map(addresses::get).toList());
  }

  /** The rank of a task. */
  public int rank(int task) {
    return tasks.indexOf(task);
  }
}
