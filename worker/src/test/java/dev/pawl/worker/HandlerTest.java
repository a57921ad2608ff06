package dev.pawl.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.covers.Covers;
import dev.pawl.v1.Action;
import dev.pawl.v1.Failed;
import dev.pawl.v1.JavaAction;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.Output;
import dev.pawl.v1.Report;
import dev.pawl.v1.ValueType;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HandlerTest {
  private final FakeServer server = new FakeServer();

  @AfterEach
  void end() {
    server.close();
  }

  private Report result(Handler handler, LeaseSpec.Builder spec, Struct inputs) {
    try (Worker worker = server.worker().handler("h", handler).build()) {
      worker.start();
      server.offer(
          server
              .lease(
                  spec.setTask("t")
                      .setAction(
                          Action.newBuilder().setJava(JavaAction.newBuilder().setHandler("h"))))
              .setInputs(inputs));
      return server.result(1);
    }
  }

  private Failed failure(Handler handler) {
    return result(handler, LeaseSpec.newBuilder(), Struct.getDefaultInstance()).getFailed();
  }

  @Test
  @Covers("TSF-56")
  void a_handler_is_given_its_inputs_and_its_lines_and_outputs_come_back() {
    CountDownLatch seen = new CountDownLatch(1);
    try (Worker worker =
        server
            .worker()
            .handler(
                "h",
                assignment -> {
                  assignment.info("two\nlines");
                  assignment.progress(3, 10, "tables");
                  seen.await();
                  return Outputs.none()
                      .with(
                          "sum",
                          assignment.inputs().integer("a") + assignment.inputs().integer("b"))
                      .with("key", assignment.idempotencyKey());
                })
            .build()) {
      worker.start();
      server.offer(
          server
              .lease(
                  LeaseSpec.newBuilder()
                      .setAction(
                          Action.newBuilder().setJava(JavaAction.newBuilder().setHandler("h")))
                      .addOutputs(
                          Output.newBuilder().setName("sum").setType(ValueType.VALUE_TYPE_INTEGER))
                      .addOutputs(Output.newBuilder().setName("key")))
              .setInputs(
                  Struct.newBuilder()
                      .putFields("a", Value.newBuilder().setNumberValue(2).build())
                      .putFields("b", Value.newBuilder().setNumberValue(3).build())));

      // Live: while the handler still runs.
      await().until(() -> server.lines().size() == 3);
      seen.countDown();
      Report report = server.result(1);
      assertThat(report.getSucceeded().getOutputs().getFieldsOrThrow("sum").getNumberValue())
          .isEqualTo(5);
      assertThat(report.getSucceeded().getOutputs().getFieldsOrThrow("key").getStringValue())
          .isEqualTo(FakeServer.EXECUTION + "/execute/0");
      assertThat(report.getLastLogLine()).isEqualTo("3/10 tables");
      assertThat(server.lines().stream().map(LogLine::getSequence)).containsExactly(1L, 2L, 3L);
      assertThat(server.lines().get(2).getSource()).isEqualTo(LogSource.LOG_SOURCE_PROGRESS);
      assertThat(server.lines().get(0).getSource()).isEqualTo(LogSource.LOG_SOURCE_HANDLER);
      server.awaitLogEnd();
      assertThat(server.chunks.getLast().getWorkerId()).isEqualTo("w");
    }
  }

  @Test
  void what_a_handler_publishes_from_any_thread_is_reported_also_when_it_fails() {
    Report report =
        result(
            assignment -> {
              assignment.publish("note", "begun");
              Thread other = Thread.startVirtualThread(() -> assignment.publish("tables", 3L));
              assignment.publish("ratio", 0.5);
              assignment.publish("ok", false);
              other.join();
              assignment.publish("note", "half done");
              throw WorkFailedException.retryable("DISK_FULL", "no space");
            },
            LeaseSpec.newBuilder(),
            Struct.getDefaultInstance());
    assertThat(report.getFailed().getReason()).isEqualTo("DISK_FULL");
    assertThat(report.getAdditionalData())
        .isEqualTo(
            Struct.newBuilder()
                .putFields("note", Value.newBuilder().setStringValue("half done").build())
                .putFields("tables", Value.newBuilder().setNumberValue(3).build())
                .putFields("ratio", Value.newBuilder().setNumberValue(0.5).build())
                .putFields("ok", Value.newBuilder().setBoolValue(false).build())
                .build());
  }

  @Test
  void a_handler_that_publishes_too_much_fails() {
    Failed failed =
        failure(
            assignment -> {
              assignment.publish("text", "x".repeat(5_000));
              return Outputs.none();
            });
    assertThat(failed.getReason()).isEqualTo("RESULT_TOO_LARGE");
    assertThat(failed.getMessage()).contains("may take 4,096");
  }

  @Test
  void a_handler_that_throws_fails_the_attempt_and_its_trace_is_logged() {
    Failed failed =
        failure(
            assignment -> {
              throw new IllegalStateException("no disk");
            });
    assertThat(failed.getReason()).isEqualTo("HANDLER_FAILED");
    assertThat(failed.getMessage()).isEqualTo("java.lang.IllegalStateException: no disk");
    await().until(() -> server.texts().stream().anyMatch(text -> text.contains("\tat dev.pawl")));
    assertThat(server.lines().getFirst().getLevel()).isEqualTo(LogLevel.LOG_LEVEL_ERROR);
  }

  @Test
  void an_error_is_the_handlers_own_and_the_worker_goes_on() {
    Failed failed =
        failure(
            assignment -> {
              throw new StackOverflowError();
            });
    assertThat(failed.getReason()).isEqualTo("HANDLER_FAILED");
  }

  @Test
  void a_handler_may_fail_with_a_reason_of_its_own() {
    Failed failed =
        failure(
            assignment -> {
              throw WorkFailedException.permanent("NO_SUCH_CUSTOMER", "customer 7 is gone");
            });
    assertThat(failed)
        .isEqualTo(
            Failed.newBuilder()
                .setReason("NO_SUCH_CUSTOMER")
                .setMessage("customer 7 is gone")
                .setPermanent(true)
                .build());
  }

  @Test
  void a_handler_may_leave_the_rest_to_another_attempt() {
    Failed passing =
        failure(
            assignment -> {
              throw WorkFailedException.retryable(
                  "CUSTOMER_BUSY", "attempt " + assignment.attempt());
            });
    assertThat(passing.getReason()).isEqualTo("CUSTOMER_BUSY");
    assertThat(passing.getMessage()).isEqualTo("attempt 1");
    assertThat(passing.getPermanent()).isFalse();
  }

  @Test
  void a_missing_input_is_named() {
    Failed failed =
        failure(assignment -> Outputs.none().with("x", assignment.inputs().string("a")));
    assertThat(failed.getMessage()).contains("wants an input \"a\", but the task hands over none");
  }

  @Test
  void outputs_that_are_not_declared_are_refused() {
    Failed failed = failure(assignment -> Outputs.none().with("x", "1"));
    assertThat(failed.getReason()).isEqualTo("OUTPUT_INVALID");
    assertThat(failed.getMessage()).contains("\"x\"").contains("declares none");
  }

  @Test
  void a_result_beyond_the_limit_is_refused() {
    Report report =
        result(
            assignment -> Outputs.none().with("x", "y".repeat(2 << 20)),
            LeaseSpec.newBuilder().addOutputs(Output.newBuilder().setName("x")),
            Struct.getDefaultInstance());
    assertThat(report.getFailed().getReason()).isEqualTo("RESULT_TOO_LARGE");
  }

  @Test
  void the_last_line_of_a_report_is_short_and_without_control_characters() {
    Report report =
        result(
            assignment -> {
              assignment.info("\u0000\u001b[31m" + "x".repeat(5_000));
              return Outputs.none();
            },
            LeaseSpec.newBuilder(),
            Struct.getDefaultInstance());
    assertThat(report.getLastLogLine()).hasSize(1_024).startsWith("\uFFFD\uFFFD[31mxxx");
  }
}
