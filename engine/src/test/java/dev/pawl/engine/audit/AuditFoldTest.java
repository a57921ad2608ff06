package dev.pawl.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.journal.Call;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.lock.LockEvent;
import dev.pawl.engine.lock.LockFact;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.run.RunId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a batch of facts tells of commands. */
class AuditFoldTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00.123456Z");
  private static final LockName LOCK = LockName.global("schema");

  private final AuditFold fold = new AuditFold();

  private void add(String principal, String rpc, Instant at, String before, String after) {
    Cause cause =
        new Cause.Command("r-1", "b0d7", principal, "", new Call(rpc, "", Call.UNNAMED.rights()));
    LockEvent event = new LockEvent.Forced(LOCK, new RunId("0123456789abcdefghjkmnpqrs"));
    fold.add(
        new FeedEntry.OfLock(
            FeedPosition.BEGINNING,
            new LockId("shop", "schema"),
            1,
            NOW,
            new LockFact(event, cause, at, before, after)));
  }

  @Test
  void the_facts_of_one_command_are_one_row_from_the_first_state_to_the_last() {
    add("bob", "ReleaseLock", NOW, "A", "B");
    add("bob", "ReleaseLock", NOW, "B", "C");

    assertThat(fold.rows())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.before()).isEqualTo("A");
              assertThat(row.after()).isEqualTo("C");
              assertThat(row.requestId()).isEqualTo("r-1");
            });
  }

  @Test
  void two_commands_under_one_request_id_are_two_rows_though_they_are_read_together() {
    add("bob", "ReleaseLock", NOW, "A", "B");
    add("eve", "StealLock", NOW.plusNanos(1_000), "B", "C");

    assertThat(fold.rows()).extracting(AuditRow::principal).containsExactly("bob", "eve");
    assertThat(fold.rows()).extracting(AuditRow::key).doesNotHaveDuplicates();
  }
}
