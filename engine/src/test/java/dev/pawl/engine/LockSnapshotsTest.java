package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockRejection;
import dev.pawl.engine.lock.LockView;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A scope whose locks were taken many times begins with its last snapshot. */
@ExtendWith(PostgresExtension.class)
class LockSnapshotsTest {
  private static final RunId RUN = new RunId("never%021d".formatted(1));
  private static final int TAKEN = 1_600;
  private static final int REMEMBERED = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestDatabase postgres;
  private final Database database;
  private final Node node;

  LockSnapshotsTest(TestDatabase postgres) {
    postgres.empty();
    this.postgres = postgres;
    this.database = postgres.open();
    this.node = new Node(postgres);
  }

  @AfterEach
  void close() {
    node.close();
    database.close();
  }

  @Test
  void it_begins_with_its_snapshot_and_the_facts_behind_it() throws Exception {
    takeManyTimes();
    postgres.execute(
        "DELETE FROM event_journal WHERE persistence_id = 'lock|default/maintenance'"
            + " AND sequence_number <= 1500");

    node.restart();

    assertKnown();
  }

  @Test
  void it_begins_with_its_first_fact_when_the_snapshot_cannot_be_read() throws Exception {
    takeManyTimes();
    postgres.execute("UPDATE snapshot SET snapshot_payload = '\\x0a'");

    node.restart();

    assertKnown();
  }

  /** One run, which never begins, takes many keys one after the other, a fact each. */
  private void takeManyTimes() throws Exception {
    for (int i = 0; i < TAKEN; i++) {
      node.engine().takeLocks(RUN, "default", List.of(key(i)));
    }
    await().atMost(PATIENCE).until(() -> snapshots().equals("1000,1500"));
    await().atMost(PATIENCE).until(() -> lock(key(TAKEN - 1)).isPresent());
  }

  /** Those that were taken last, some before the snapshot, and some after it. */
  private void assertKnown() throws Exception {
    for (int i : List.of(TAKEN - REMEMBERED, 1_499, TAKEN - 1)) {
      LockView view = lock(key(i)).orElseThrow();
      assertThat(view.last()).contains(RUN);
      assertThat(view.sequence()).isGreaterThanOrEqualTo(TAKEN);
    }
    assertThat(lock(key(TAKEN - REMEMBERED - 1))).isEmpty();
  }

  private static LockName key(int number) {
    return LockName.of("maintenance", "k" + number);
  }

  private String snapshots() {
    return database
        .views()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT coalesce(string_agg(sequence_number::text, ','"
                            + " ORDER BY sequence_number), '') FROM snapshot")
                    .mapTo(String.class)
                    .one());
  }

  private Optional<LockView> lock(LockName lock) throws Exception {
    return switch (Node.get(node.engine().locks().describe("default", lock))) {
      case Answer.Accepted(var view) -> Optional.of(view);
      case Answer.Refused(LockRejection.NotFound _) -> Optional.empty();
      case Answer.Refused(var rejection) -> throw new AssertionError("refused: " + rejection);
    };
  }
}
