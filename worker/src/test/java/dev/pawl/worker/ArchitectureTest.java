package dev.pawl.worker;

import dev.pawl.architecture.Arrows;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ArchitectureTest {
  private static final Arrows WORKER = Arrows.of("dev.pawl.worker");

  @Test
  void the_worker_sees_only_the_contract() {
    WORKER.useOnly(
        "dev.pawl.worker..", "dev.pawl.v1..", "dev.pawl.client..", "dev.pawl.definition..");
  }

  @Test
  void an_embedding_service_keeps_its_own_logging() {
    WORKER.never("the SDK logs through SLF4J alone", "ch.qos.logback..");
  }
}
