package dev.pawl.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.Reference;
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
}
