package dev.pawl.api;

import dev.pawl.architecture.Arrows;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ArchitectureTest {
  private static final Arrows API = Arrows.of("dev.pawl.api");

  @Test
  void the_api_sees_the_contract_and_the_engine() {
    API.useOnly(
        "dev.pawl.api..",
        "dev.pawl.v1..",
        "dev.pawl.client..",
        "dev.pawl.definition..",
        "dev.pawl.engine..");
  }

  @Test
  void only_the_server_that_builds_everything_knows_the_database() {
    API.onlyIn(
        "dev.pawl.api.server..",
        "services translate; SQL lives in the engine's feed, views and logs",
        "java.sql..",
        "javax.sql..",
        "org.jdbi..",
        "com.zaxxer..",
        "org.postgresql..",
        "org.flywaydb..");
  }
}
