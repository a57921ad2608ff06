package dev.pawl.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.pawl.bench.load.ServerHeap.Reading;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServerHeapTest {
  @Test
  void what_is_alive_is_seen_by_another_process() throws IOException, InterruptedException {
    ServerHeap heap = new ServerHeap(ProcessHandle.current().pid());
    double before = heap.liveMebibytes();
    byte[] alive = new byte[32 * 1024 * 1024];

    assertThat(heap.liveMebibytes() - before).isBetween(31.0, 40.0);
    Reference.reachabilityFence(alive);
  }

  @Test
  void the_objects_of_a_class_are_counted() throws IOException, InterruptedException {
    ServerHeap heap = new ServerHeap(ProcessHandle.current().pid());
    List<Counted> alive = Stream.generate(Counted::new).limit(1_234).toList();

    assertThat(heap.read().count(Counted.class.getName())).isEqualTo(1_234);
    Reference.reachabilityFence(alive);
  }

  @Test
  void the_classes_that_grew_most_come_first() {
    Reading before = reading("   1:  10  1048576  [B (java.base@25)\n   2:  5  2097152  a.B\n");
    Reading after =
        reading(
            "   1:  10  1048576  [B (java.base@25)\n   2:  9  4194304  a.B\n   3: 1 1572864 a.C\n");

    assertThat(after.growth(before, 2)).containsExactly(entry("a.B", 2.0), entry("a.C", 1.5));
  }

  private static Reading reading(String rows) {
    return new Reading(0, ServerHeap.classes(rows));
  }

  private static final class Counted {}
}
