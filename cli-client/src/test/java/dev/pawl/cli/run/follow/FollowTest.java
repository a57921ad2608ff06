package dev.pawl.cli.run.follow;

import static dev.pawl.cli.run.follow.Facts.at;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.cli.Golden;
import dev.pawl.cli.Sample;
import dev.pawl.cli.Shell;
import dev.pawl.cli.server.Answers;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.covers.Covers;
import dev.pawl.v1.Command;
import dev.pawl.v1.CommandOption;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.Operation;
import dev.pawl.v1.Revision;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StepFailure;
import dev.pawl.v1.TailLogsResponse;
import dev.pawl.v1.TaskRunState;
import io.grpc.Status;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FollowTest {
  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  @BeforeEach
  void a_run_of_two_steps() {
    server.runs.put(Sample.run(RunState.RUN_STATE_RUNNING));
    server.runs.put(Sample.step("swap", TaskRunState.TASK_RUN_STATE_WAIT_DISPATCH, 0));
    server.runs.put(Sample.step("verify", TaskRunState.TASK_RUN_STATE_WAIT_UPSTREAM, 0, "swap"));
  }

  /** Lets the run move on only when the follower has read it as it was. */
  private void afterReading(Runnable change) {
    Awaitility.await().until(() -> server.runs.stepsRead.get() > 0);
    change.run();
  }

  private void succeeds() {
    server.runs.put(
        Sample.run(RunState.RUN_STATE_SUCCEEDED).toBuilder()
            .setEndTime(Sample.ago(Duration.ZERO))
            .setOutputs(
                Struct.newBuilder()
                    .putFields("report", Value.newBuilder().setStringValue("/tmp/r.csv").build()))
            .build());
    server.runs.put(Sample.step("swap", TaskRunState.TASK_RUN_STATE_SUCCEEDED, 1));
    server.runs.put(Sample.step("verify", TaskRunState.TASK_RUN_STATE_SUCCEEDED, 1, "swap"));
  }

  private void fails() {
    server.runs.put(
        Sample.run(RunState.RUN_STATE_FAILED).toBuilder()
            .setReason("TASK_FAILED")
            .setEndTime(Sample.ago(Duration.ZERO))
            .setFailure(
                StepFailure.newBuilder()
                    .setStep("swap")
                    .setAttempt(2)
                    .setMaxAttempts(3)
                    .setReason("EXIT_CODE")
                    .setMessage("exit code 28"))
            .addCommands(
                CommandOption.newBuilder().setCommand(Command.COMMAND_RETRY).setAllowed(true))
            .build());
    server.runs.put(
        Sample.step("swap", TaskRunState.TASK_RUN_STATE_FAILED, 2).toBuilder()
            .setAttempt(2)
            .build());
  }

  /** Somebody had the run go on before anybody read how it had ended. */
  private void goesOn(long sequence) {
    server.runs.put(
        Sample.run(RunState.RUN_STATE_RUNNING).toBuilder()
            .setRevision(Revision.newBuilder().setSequence(sequence))
            .build());
    server.runs.put(Sample.step("swap", TaskRunState.TASK_RUN_STATE_WAIT_DISPATCH, 0));
  }

  private static TailLogsResponse log(String step, int attempt, String... lines) {
    TailLogsResponse.Builder message =
        TailLogsResponse.newBuilder()
            .setSection(
                LogSection.newBuilder()
                    .setExecution(Sample.RUN + "/taskRuns/" + step + "/executions/0")
                    .setAttempt(attempt));
    for (String line : lines) {
      message.addLines(LogLine.newBuilder().setText(line));
    }
    return message.build();
  }

  @Test
  @Covers({"OBS-35", "TSF-18"})
  void a_run_that_succeeds_is_told_step_by_step_and_exits_with_0() {
    server.watch.then(
        observer -> {
          observer.onNext(Facts.snapshotEnd("c1"));
          observer.onNext(at("c2", Facts.leased("swap", 1, 1)));
          observer.onNext(
              at("c3", Facts.ended("swap", 1, ExecutionState.EXECUTION_STATE_SUCCEEDED)));
          observer.onNext(
              at("c4", Facts.stepEnded(3, "swap", 1, TaskRunState.TASK_RUN_STATE_SUCCEEDED)));
          observer.onNext(at("c5", Facts.leased("verify", 1, 1)));
          afterReading(this::succeeds);
          observer.onNext(at("c6", Facts.runEnded(4, "SUCCEEDED")));
        });

    Shell.Ran ran = shell.run("run", "watch", Sample.ID);

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(server.watch.requests.getFirst().hasSnapshot()).isTrue();
    assertThat(server.watch.requests.getFirst().getFilter().getRunsList())
        .containsExactly(Sample.RUN);
    assertThat(ran.out().lines()).last().isEqualTo("  report=/tmp/r.csv");
    assertThat(ran.out()).contains("✓ Run 07f3k2xy SUCCEEDED after 3m 31s");
    assertThat(ran.out().lines().filter(line -> line.matches(".*RUNNING +(swap|verify).*")))
        .hasSize(2);
  }

  @Test
  void a_run_that_fails_ends_with_its_last_lines_and_what_can_be_done() {
    server.logs.messages.add(log("swap", 2, "cp: error writing", "swap failed"));
    server.watch.then(
        observer -> {
          observer.onNext(Facts.snapshotEnd("c1"));
          observer.onNext(at("c2", Facts.leased("swap", 1, 1)));
          observer.onNext(at("c3", Facts.attemptFailed("swap", 1, 1)));
          observer.onNext(at("c4", Facts.leased("swap", 2, 2)));
          afterReading(this::fails);
          observer.onNext(at("c5", Facts.runEnded(3, "FAILED")));
        });

    Shell.Ran ran = shell.run("run", "watch", Sample.ID, "--no-logs");

    assertThat(ran.exitCode()).isEqualTo(10);
    Golden.check("follow-failed-out", ran.out());
    Golden.check("follow-failed-err", ran.err());
  }

  /** What the follower of a run that failed is told to read. */
  private String readMore(LogSection.Builder... sections) {
    for (LogSection.Builder section : sections) {
      server.logs.sections.add(
          section.setExecution(Sample.RUN + "/taskRuns/swap/executions/0").build());
    }
    fails();
    server.watch.then(
        observer -> {
          observer.onNext(Facts.row("c0", RunState.RUN_STATE_FAILED));
          observer.onNext(Facts.snapshotEnd("c1"));
        });
    return shell
        .run("run", "watch", Sample.ID)
        .err()
        .lines()
        .filter(line -> line.contains("Read more"))
        .findFirst()
        .orElse("")
        .replace("  Read more    pawl run logs 07f3k2xy/swap ", "");
  }

  private static LogSection.Builder section(
      int round, int attempt, Operation operation, long fence, ExecutionState state) {
    return LogSection.newBuilder()
        .setRound(round)
        .setAttempt(attempt)
        .setOperation(operation)
        .setFence(fence)
        .setState(state);
  }

  private static LogSection.Builder executed() {
    return section(0, 2, Operation.OPERATION_EXECUTE, 1, ExecutionState.EXECUTION_STATE_FAILED);
  }

  private static LogSection.Builder undone(long fence, ExecutionState state) {
    return section(0, 2, Operation.OPERATION_ROLLBACK, fence, state);
  }

  @Test
  void the_attempt_that_failed_is_named_by_as_much_as_it_takes() {
    assertThat(readMore(executed())).isEqualTo("--attempt 2");
  }

  @Test
  void the_attempt_that_failed_is_named_with_its_operation_beside_an_undo() {
    assertThat(readMore(executed(), undone(2, ExecutionState.EXECUTION_STATE_ROLLBACK_FAILED)))
        .isEqualTo("--attempt 2 --operation rollback");
  }

  @Test
  void the_attempt_that_failed_is_named_by_its_fence_among_others_of_its_kind() {
    assertThat(
            readMore(
                executed(),
                undone(2, ExecutionState.EXECUTION_STATE_ROLLBACK_FAILED),
                undone(3, ExecutionState.EXECUTION_STATE_ROLLBACK_FAILED)))
        .isEqualTo("--fence 3");
    assertThat(server.logs.requests.getLast().getSelection().getFence()).isEqualTo(3);
  }

  @Test
  void the_attempt_that_failed_is_named_with_its_round_after_a_redo() {
    assertThat(
            readMore(
                executed(),
                section(
                    1, 1, Operation.OPERATION_EXECUTE, 2, ExecutionState.EXECUTION_STATE_FAILED)))
        .isEqualTo("--round 1 --attempt 1");
  }

  @Test
  void what_the_definition_forbids_is_not_advised() {
    fails();
    server.runs.put(
        server.runs.runs.getFirst().toBuilder()
            .clearCommands()
            .addCommands(CommandOption.newBuilder().setCommand(Command.COMMAND_RETRY))
            .build());
    server.runs.put(
        Sample.step("swap", TaskRunState.TASK_RUN_STATE_FAILED, 2).toBuilder()
            .addCommands(CommandOption.newBuilder().setCommand(Command.COMMAND_PASS))
            .build());
    server.watch.then(
        observer -> {
          observer.onNext(Facts.row("c0", RunState.RUN_STATE_FAILED));
          observer.onNext(Facts.snapshotEnd("c1"));
        });

    assertThat(shell.run("run", "watch", Sample.ID).err())
        .contains("Read more    pawl run logs", "Start again  pawl run start upgrade --wait")
        .doesNotContain("Try again", "Accept");
  }

  @Test
  void a_run_that_goes_on_before_its_end_was_read_is_followed_to_its_next_end() {
    server.logs.messages.add(log("swap", 1, "copying").toBuilder().setCursor("l1").build());
    server.watch.then(
        observer -> {
          observer.onNext(Facts.snapshotEnd("c1"));
          observer.onNext(at("c2", Facts.leased("swap", 1, 1)));
          observer.onNext(
              at("c3", Facts.stepEnded(3, "swap", 1, TaskRunState.TASK_RUN_STATE_FAILED)));
          afterReading(() -> goesOn(5));
          observer.onNext(at("c4", Facts.runEnded(4, "FAILED")));
          Awaitility.await().until(() -> server.runs.stepsRead.get() > 1);
          observer.onNext(at("c5", Facts.reopened(5, "RUNNING", "swap")));
          observer.onNext(at("c6", Facts.leased("swap", 2, 1)));
          succeeds();
          observer.onNext(at("c7", Facts.runEnded(6, "SUCCEEDED")));
        });

    Shell.Ran ran = shell.run("run", "watch", Sample.ID);

    assertThat(ran.exitCode()).as(ran.toString()).isZero();
    assertThat(ran.out())
        .containsSubsequence(
            "✗ FAILED       swap",
            "● RUNNING      run 07f3k2xy  again swap",
            "● RUNNING      swap",
            "✓ Run 07f3k2xy SUCCEEDED");
    assertThat(server.logs.requests)
        .extracting(request -> request.getCursor())
        .containsExactly("", "l1");
  }

  @Test
  void a_run_that_was_retried_is_followed_though_the_snapshot_shows_its_first_end() {
    goesOn(5);
    server.watch.then(
        observer -> {
          observer.onNext(Facts.row("c0", RunState.RUN_STATE_FAILED));
          observer.onNext(Facts.snapshotEnd("c1"));
          observer.onNext(at("c2", Facts.reopened(5, "RUNNING", "swap")));
          observer.onNext(at("c3", Facts.leased("swap", 2, 1)));
          afterReading(this::succeeds);
          observer.onNext(
              at("c4", Facts.stepEnded(6, "swap", 2, TaskRunState.TASK_RUN_STATE_SUCCEEDED)));
          observer.onNext(at("c5", Facts.runEnded(7, "SUCCEEDED")));
        });

    Shell.Ran ran = shell.run("run", "watch", Sample.ID, "-o", "jsonl");

    assertThat(ran.exitCode()).as(ran.toString()).isZero();
    assertThat(ran.out().lines()).last().asString().contains("\"cursor\":\"c5\"");
  }

  @Test
  void who_follows_a_run_ends_with_its_end_though_it_goes_on_later() {
    server.watch.then(
        observer -> {
          observer.onNext(Facts.snapshotEnd("c1"));
          afterReading(this::fails);
          observer.onNext(at("c2", Facts.runEnded(3, "FAILED")));
          observer.onNext(at("c3", Facts.reopened(4, "RUNNING", "swap")));
        });

    Shell.Ran ran = shell.run("run", "watch", Sample.ID);

    assertThat(ran.exitCode()).isEqualTo(10);
    assertThat(ran.out()).contains("✗ Run 07f3k2xy FAILED").doesNotContain("again");
  }

  @Test
  void a_step_that_somebody_passes_while_the_run_is_followed_says_so() {
    server.watch.then(
        observer -> {
          observer.onNext(Facts.snapshotEnd("c1"));
          observer.onNext(at("c2", Facts.leased("swap", 1, 1)));
          observer.onNext(
              at("c3", Facts.stepEnded(3, "swap", 1, TaskRunState.TASK_RUN_STATE_FAILED)));
          observer.onNext(at("c4", Facts.passed(4, "swap", 1)));
          afterReading(this::succeeds);
          observer.onNext(at("c5", Facts.runEnded(5, "SUCCEEDED")));
        });

    assertThat(shell.run("run", "watch", Sample.ID).out().lines())
        .anyMatch(line -> line.matches(".*✓ SUCCEEDED    swap  .*passed"));
  }

  @Test
  void lines_of_logs_come_with_their_step() {
    server.logs.messages.add(log("swap", 1, "copying", "copied"));
    server.watch.then(
        observer -> {
          observer.onNext(Facts.snapshotEnd("c1"));
          afterReading(this::succeeds);
          observer.onNext(at("c2", Facts.runEnded(3, "SUCCEEDED")));
        });

    assertThat(shell.run("run", "watch", Sample.ID).out())
        .contains("[swap] copying\n[swap] copied\n");
    assertThat(server.logs.requests.getFirst().getFollow()).isTrue();
    assertThat(server.logs.requests.getFirst().getTailLines()).isEqualTo(10);
  }

  @Test
  void a_stream_that_breaks_goes_on_from_its_last_cursor_and_repeats_nothing() {
    server
        .watch
        .then(
            observer -> {
              observer.onNext(Facts.snapshotEnd("c1"));
              observer.onNext(at("c2", Facts.leased("swap", 1, 1)));
              observer.onError(Status.UNAVAILABLE.asRuntimeException());
            })
        .then(
            observer -> {
              observer.onNext(
                  at("c3", Facts.ended("swap", 1, ExecutionState.EXECUTION_STATE_SUCCEEDED)));
              observer.onError(
                  Answers.refusal(
                      Status.Code.RESOURCE_EXHAUSTED, "READER_TOO_SLOW", "Go on from the cursor."));
            })
        .then(
            observer -> {
              observer.onNext(Facts.bookmark("c4"));
              observer.onError(Status.UNAVAILABLE.asRuntimeException());
            })
        .then(
            observer -> {
              afterReading(this::succeeds);
              observer.onNext(at("c5", Facts.runEnded(4, "SUCCEEDED")));
            });

    Shell.Ran ran = shell.run("run", "watch", Sample.ID);

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(server.watch.requests)
        .extracting(request -> request.getCursor())
        .containsExactly("", "c2", "c3", "c4");
    assertThat(server.watch.requests.getLast().getFilter())
        .isEqualTo(server.watch.requests.getFirst().getFilter());
    assertThat(ran.out().lines().filter(line -> line.matches(".*SUCCEEDED +swap.*"))).hasSize(1);
    assertThat(ran.err()).contains("going on from where it was");
  }

  @Test
  void an_expired_cursor_begins_again_from_a_snapshot() {
    server
        .watch
        .then(
            observer -> {
              observer.onNext(Facts.snapshotEnd("c1"));
              observer.onError(
                  Answers.refusal(Status.Code.OUT_OF_RANGE, "CURSOR_EXPIRED", "Too old."));
            })
        .then(
            observer -> {
              succeeds();
              observer.onNext(Facts.row("d0", RunState.RUN_STATE_SUCCEEDED));
              observer.onNext(Facts.snapshotEnd("d1"));
            });

    Shell.Ran ran = shell.run("run", "watch", Sample.ID);

    assertThat(ran.exitCode()).isZero();
    assertThat(server.watch.requests.getLast().hasSnapshot()).isTrue();
  }

  @Test
  void a_run_that_has_ended_already_is_summed_up_at_once() {
    server.watch.then(
        observer -> {
          observer.onNext(Facts.row("c0", RunState.RUN_STATE_TERMINATED));
          observer.onNext(Facts.snapshotEnd("c1"));
        });
    server.runs.put(
        Sample.run(RunState.RUN_STATE_TERMINATED).toBuilder().setReason("STOPPED").build());

    Shell.Ran ran = shell.run("run", "watch", Sample.ID);

    assertThat(ran.exitCode()).isEqualTo(11);
    assertThat(ran.out()).contains("Run 07f3k2xy TERMINATED").contains("(STOPPED)");
  }

  @Test
  void starting_and_waiting_is_one_command() {
    server.watch.then(
        observer -> {
          observer.onNext(Facts.snapshotEnd("c1"));
          afterReading(this::succeeds);
          observer.onNext(at("c2", Facts.runEnded(3, "SUCCEEDED")));
        });

    Shell.Ran ran = shell.run("run", "start", "upgrade", "--wait", "-o", "json");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).startsWith("{").contains("\"state\": \"RUN_STATE_SUCCEEDED\"");
    assertThat(server.runs.started).hasSize(1);
  }

  @Test
  void programs_get_the_events_as_they_are() {
    server.watch.then(
        observer -> {
          observer.onNext(Facts.snapshotEnd("c1"));
          observer.onNext(at("c2", Facts.leased("swap", 1, 1)));
          afterReading(this::succeeds);
          observer.onNext(at("c3", Facts.runEnded(3, "SUCCEEDED")));
        });

    Shell.Ran ran = shell.run("run", "watch", Sample.ID, "-o", "jsonl");

    assertThat(ran.out().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"cursor\":\"c"));
  }

  @Test
  void a_timeout_ends_the_following_and_not_the_run() {
    server.watch.then(observer -> observer.onNext(Facts.snapshotEnd("c1")));

    Shell.Ran ran = shell.run("run", "watch", Sample.ID, "--timeout", "300ms");

    assertThat(ran.exitCode()).isEqualTo(7);
    assertThat(ran.err()).contains("it goes on");
  }

  @Test
  void events_are_streamed_as_lines_and_as_json() {
    FakeServer events = server;
    for (int i = 0; i < 2; i++) {
      events.watch.then(
          observer -> {
            observer.onNext(at("c1", Facts.leased("swap", 1, 1)));
            observer.onNext(Facts.bookmark("c2"));
            observer.onNext(at("c3", Facts.runMoved(3, "PAUSED")));
          });
    }

    Shell.Ran table =
        shell.run(
            "events",
            "watch",
            "--limit",
            "2",
            "--filter",
            "workflow = \"upgrade\" AND state = PAUSED",
            "--label",
            "team=core");

    assertThat(table.exitCode()).as(table.err()).isZero();
    assertThat(table.out().lines()).hasSize(2);
    assertThat(table.out()).contains("07f3k2xy/swap").contains("worker w1, attempt 1, fence 1");
    var filter = events.watch.requests.getFirst().getFilter();
    assertThat(filter.getDefinitionsList()).containsExactly("projects/default/workflows/upgrade");
    assertThat(filter.getStatesList()).containsExactly("PAUSED");
    assertThat(filter.getLabelsMap()).containsEntry("team", "core");
    assertThat(shell.run("events", "watch", "--limit", "2", "-o", "jsonl", "--cursor", "c0").out())
        .contains("\"cursor\":\"c3\"")
        .doesNotContain("bookmark");
    assertThat(events.watch.requests.getLast().getCursor()).isEqualTo("c0");
  }
}
