package dev.pawl.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AuditWriterTest {
  private static AuditRow row(int number) {
    return new AuditRow(
        "shop",
        "projects/shop/runs/r",
        "k" + number,
        Instant.EPOCH,
        "vic",
        "StopRun",
        "",
        "",
        "",
        "",
        "",
        AuditOutcome.REFUSED,
        "PERMISSION_DENIED",
        "no");
  }

  @Test
  void rows_that_cannot_be_stored_now_are_stored_later_in_their_order() {
    List<AuditRow> stored = new CopyOnWriteArrayList<>();
    AtomicInteger failures = new AtomicInteger(2);
    try (AuditWriter writer =
        AuditWriter.start(
            rows -> {
              if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("away");
              }
              stored.addAll(rows);
            })) {
      writer.add(row(1));
      writer.add(row(2));
      await().until(() -> stored.size() == 2);
      assertThat(stored).extracting(AuditRow::key).containsExactly("k1", "k2");
      assertThat(writer.dropped()).isZero();
    }
  }

  @Test
  void what_finds_no_room_is_counted_and_nobody_waits() throws Exception {
    CountDownLatch stored = new CountDownLatch(1);
    try (AuditWriter writer =
        AuditWriter.start(
            10,
            _ -> {
              try {
                stored.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            })) {
      for (int i = 0; i < 1_000; i++) {
        writer.add(row(i));
      }
      assertThat(writer.dropped()).isBetween(900L, 990L);
      stored.countDown();
    }
  }

  @Test
  void what_waits_is_stored_before_the_end_and_nothing_is_taken_after_it() {
    List<AuditRow> stored = new CopyOnWriteArrayList<>();
    AuditWriter writer = AuditWriter.start(stored::addAll);
    for (int i = 0; i < 700; i++) {
      writer.add(row(i));
    }
    writer.close();
    assertThat(stored).hasSize(700);
    writer.add(row(700));
    assertThat(writer.dropped()).isEqualTo(1);
  }

  @Test
  void what_callers_wrote_is_cut_to_what_a_row_takes() {
    AuditRow row =
        new AuditRow(
            "p",
            "e".repeat(5_000),
            "k",
            Instant.EPOCH,
            "ann",
            "StopRun",
            "",
            "",
            "a\0b" + "\uD83D\uDE00".repeat(1_000),
            "",
            "",
            AuditOutcome.REFUSED,
            "",
            "");
    assertThat(row.entity()).hasSize(512);
    assertThat(row.reason()).startsWith("a\uFFFDb").hasSize(1_023);
  }
}
