package dev.pawl.cli;

import dev.pawl.architecture.Arrows;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ArchitectureTest {
  @Test
  void the_command_line_sees_only_the_contract() {
    Arrows.of("dev.pawl.cli")
        .useOnly("dev.pawl.cli..", "dev.pawl.v1..", "dev.pawl.client..", "dev.pawl.definition..");
  }
}
