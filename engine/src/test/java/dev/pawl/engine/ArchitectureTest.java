package dev.pawl.engine;

import dev.pawl.architecture.Arrows;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ArchitectureTest {
  private static final Arrows ENGINE = Arrows.of("dev.pawl.engine");

  @Test
  void the_engine_sees_its_own_journal_and_nothing_else_of_ours() {
    ENGINE.useOnly("dev.pawl.engine..", "dev.pawl.journal..");
  }

  @Test
  void the_engine_speaks_no_grpc() {
    ENGINE.never("the edges translate, the engine decides", "io.grpc..");
  }

  @Test
  void deciders_know_no_actors_and_no_database() {
    ENGINE.neverInClassesNamed(
        "Decider",
        "rules are pure functions",
        "org.apache.pekko..",
        "java.sql..",
        "javax.sql..",
        "org.jdbi..",
        "com.google.protobuf..");
  }

  @Test
  void nobody_in_the_engine_reads_the_clock() {
    ENGINE.neverReadTheClock();
  }

  @Test
  void the_words_all_rooms_share_lean_on_no_room() {
    ENGINE.neverIn(
        "dev.pawl.engine.decider..",
        "every room leans on it",
        "dev.pawl.engine.run..",
        "dev.pawl.engine.execution..",
        "dev.pawl.engine.workflow..",
        "dev.pawl.engine.task..",
        "dev.pawl.engine.stream..",
        "dev.pawl.engine.worker..",
        "dev.pawl.engine.log..",
        "dev.pawl.engine.feed..",
        "dev.pawl.engine.view..");
    ENGINE.neverIn(
        "dev.pawl.engine.definition..",
        "a definition is data; entities act on it",
        "dev.pawl.engine.run..",
        "dev.pawl.engine.execution..",
        "dev.pawl.engine.workflow..",
        "dev.pawl.engine.task..",
        "dev.pawl.engine.worker..",
        "dev.pawl.engine.feed..",
        "dev.pawl.engine.view..");
  }
}
