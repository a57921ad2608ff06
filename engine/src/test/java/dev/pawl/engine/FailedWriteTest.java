package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the journal refused once is stored when it is sent again. */
@ExtendWith(PostgresExtension.class)
class FailedWriteTest {
  private final TestDatabase postgres;
  private final Node node;

  FailedWriteTest(TestDatabase postgres) {
    this.postgres = postgres;
    postgres.empty();
    EngineSettings usual = EngineSettings.of(postgres.settings());
    this.node =
        new Node(
            new EngineSettings(
                usual.database(),
                usual.cluster(),
                usual.heartbeatInterval(),
                usual.leaseTimeToLive(),
                usual.leaseGrace(),
                Duration.ofSeconds(2),
                usual.requireDurability()));
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  @Covers("SYS-3")
  void a_run_whose_first_fact_was_not_stored_is_started_by_the_same_request_again()
      throws Exception {
    RunId id = new RunId("run" + "f".repeat(23));
    postgres.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN RAISE EXCEPTION ''refused by the test''; END';
        CREATE TRIGGER refuse BEFORE INSERT ON event_journal
          FOR EACH ROW EXECUTE FUNCTION refuse()
        """);
    try {
      assertThatThrownBy(() -> Node.get(node.start(id, "a", "request")))
          .hasRootCauseInstanceOf(TimeoutException.class)
          .cause()
          .isInstanceOf(Unavailable.class);
    } finally {
      postgres.execute("DROP TRIGGER refuse ON event_journal; DROP FUNCTION refuse()");
    }

    assertThat(Node.accepted(Node.get(node.start(id, "a", "request"))).status())
        .isEqualTo(RunStatus.RUNNING);
  }
}
