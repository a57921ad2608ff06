package dev.pawl.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.persistence.typed.internal.JournalFailureException;
import org.junit.jupiter.api.Test;

class JournalFailuresTest {
  private final AtomicLong now = new AtomicLong();
  private final List<String> lines = new ArrayList<>();
  private final List<Throwable> causes = new ArrayList<>();
  private final JournalFailures failures =
      new JournalFailures(
          now::get,
          (line, cause) -> {
            lines.add(line);
            causes.add(cause);
          });

  private static Throwable away(String message) {
    return new JournalFailureException(
        "Failed to persist", new DatabaseFailed(new SQLException(message, "08006")));
  }

  private void after(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void all_who_fail_for_the_same_reason_make_one_line_a_second() {
    for (int i = 0; i < 200; i++) {
      failures.tell("run|" + i, away("connection " + i + " was closed"));
      after(Duration.ofMillis(4));
    }
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).contains("run|0", "connection 0 was closed").doesNotContain("\n");

    after(Duration.ofMillis(200));
    failures.tell("run|200", away("the database system is starting up"));
    assertThat(lines).hasSize(2);
    assertThat(lines.getLast()).contains("run|200", "starting up", "199 times more");
    assertThat(causes).allSatisfy(cause -> assertThat(cause).isInstanceOf(SQLException.class));
  }

  @Test
  void each_kind_of_cause_has_its_own_line() {
    failures.tell("run|1", away("gone"));
    failures.tell("run|2", new JournalFailureException("x", new IllegalArgumentException("bad")));
    failures.tell("run|3", new JournalFailureException("x", new IllegalStateException("a bug")));
    failures.tell("run|4", new JournalFailureException("x", new SQLException("full", "53100")));
    assertThat(lines).hasSize(4);
  }
}
