package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RingOrderTest {

  private static String host(String address) {
    return Endpoint.parse(address).host();
  }

  @Property(tries = 200)
  void theRingLeavesEachMachineOnce(
      @ForAll @Size(min = 1, max = 16) List<@IntRange(max = 4) Integer> machines) {
    List<String> addresses =
        IntStream.range(0, machines.size())
            .mapToObj(task -> "10.0.0." + machines.get(task) + ":" + (40_000 + task))
            .toList();
    RingOrder order = RingOrder.of(addresses);
    int size = addresses.size();
    assertThat(order.addresses()).containsExactlyInAnyOrderElementsOf(addresses);
    int crossings = 0;
    for (int rank = 0; rank < size; rank++) {
      assertThat(order.addresses().get(order.rank(rank))).isEqualTo(addresses.get(rank));
      String next = order.addresses().get((rank + 1) % size);
      crossings += host(order.addresses().get(rank)).equals(host(next)) ? 0 : 1;
    }
    Set<Integer> different = new HashSet<>(machines);
    assertThat(crossings).isEqualTo(different.size() == 1 ? 0 : different.size());
  }

  @Test
  void tasksOfOneMachineKeepTheirOrder() {
    RingOrder order = RingOrder.of(List.of("[fd00::1]:1", "b:1", "[fd00::1]:2", "b:2", "c:1"));
    assertThat(order.tasks()).containsExactly(0, 2, 1, 3, 4);
    assertThat(order.addresses())
        .containsExactly("[fd00::1]:1", "[fd00::1]:2", "b:1", "b:2", "c:1");
  }
}
