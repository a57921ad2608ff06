package dev.pawl.client;

import dev.pawl.architecture.Arrows;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ArchitectureTest {
  @Test
  void the_contract_and_its_client_lean_on_nothing_of_ours() {
    Arrows.of("dev.pawl.v1", "dev.pawl.client", "dev.pawl.definition")
        .useOnly("dev.pawl.v1..", "dev.pawl.client..", "dev.pawl.definition..");
  }

  @Test
  void the_messages_know_nothing_of_the_client() {
    Arrows.of("dev.pawl.v1").useOnly("dev.pawl.v1..");
  }
}
