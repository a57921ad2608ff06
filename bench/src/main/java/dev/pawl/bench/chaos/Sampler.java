package dev.pawl.bench.chaos;

import dev.pawl.bench.chaos.life.Occupation;
import dev.pawl.bench.chaos.node.ProcessState;
import dev.pawl.bench.chaos.node.ServerNode;
import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Node;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** Looks every few seconds how much each node holds of what is bounded. */
final class Sampler {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);

  /** Heap, code, stacks and direct memory of a JVM with a heap of 512 MiB. */
  private static final long RESIDENT_LIMIT = 1_200L << 20;

  private static final long DESCRIPTOR_LIMIT = 1_000;

  private final List<ServerNode> nodes;
  private final Recorder recorder;
  private final Occupation looking;

  Sampler(List<ServerNode> nodes, Recorder recorder) {
    this.nodes = List.copyOf(nodes);
    this.recorder = recorder;
    this.looking = new Occupation("sampler", this::look);
  }

  void start() {
    looking.start();
  }

  private void look() throws InterruptedException {
    do {
      for (ServerNode node : nodes) {
        if (node.process().isAlive()) {
          long pid = node.process().pid();
          sample(node, "resident-bytes", ProcessState.residentBytes(pid), RESIDENT_LIMIT);
          sample(node, "descriptors", ProcessState.descriptors(pid), DESCRIPTOR_LIMIT);
        }
      }
    } while (looking.rest(EVERY));
  }

  private void sample(ServerNode node, String metric, OptionalLong value, long limit) {
    value.ifPresent(
        found ->
            recorder.record(
                new Node.Sample(
                    node.place().name(), MicroClock.now(), metric, found, OptionalLong.of(limit))));
  }

  void close() throws InterruptedException {
    looking.join(ENDS_WITHIN);
  }
}
