package dev.pawl.engine.execution;

import static dev.pawl.engine.execution.SubRunFixture.BELOW;
import static dev.pawl.engine.execution.SubRunFixture.STEP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.engine.execution.ExecutionMessage.Own;
import dev.pawl.engine.execution.ExecutionMessage.Reported;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.worker.LeaseNews;
import dev.pawl.engine.worker.SessionMessage;
import dev.pawl.engine.worker.WorkerReport.Result;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubRunTest {
  private static final Duration SHORTLY = Duration.ofMillis(300);

  private final ActorTestKit kit = ActorTestKit.create();
  private final SubRunFixture there = new SubRunFixture();
  private final TestProbe<ExecutionMessage> execution = kit.createTestProbe(ExecutionMessage.class);

  @AfterEach
  void close() {
    kit.shutdownTestKit();
  }

  private ActorRef<SessionMessage> born(SubRun.Life life) throws Exception {
    CompletableFuture<ActorRef<SessionMessage>> session = new CompletableFuture<>();
    kit.spawn(
        SubRun.create(
            SubRunFixture.TASK, life, there.world(), execution.getRef(), session::complete));
    return session.get(10, TimeUnit.SECONDS);
  }

  private static SessionMessage deliver() {
    return new SessionMessage.Deliver(SubRunFixture.lease(Optional.empty()));
  }

  private static SessionMessage stop() {
    return new SessionMessage.StopWork(STEP, 1, Duration.ZERO, false, false);
  }

  private void halted() {
    assertThat(execution.expectMessageClass(Own.SubRunHalted.class).fence()).isEqualTo(1);
  }

  private Result reported() {
    return execution.expectMessageClass(Reported.class).report().result();
  }

  @Test
  void a_run_that_an_operator_has_go_on_after_it_was_stopped_is_stopped_once_more()
      throws Exception {
    there.runs.becomes(RunStatus.RUNNING, 5);
    ActorRef<SessionMessage> session = born(SubRun.Life.FURTHER);
    session.tell(deliver());
    session.tell(stop());
    halted();
    await().until(there.runs::awaited);

    there.runs.becomes(RunStatus.RUNNING, 9);
    halted();
    await().until(there.runs::awaited);
    there.runs.becomes(RunStatus.TERMINATING, 10);
    await().until(there.runs::awaited);
    there.runs.becomes(RunStatus.TERMINATED, 11);

    assertThat(reported()).isEqualTo(new Result.Stopped("STOPPED"));
    assertThat(there.runs.asked).containsExactly("describe", "STOP@5", "STOP@9");
  }

  @Test
  void a_stop_is_not_over_while_the_start_may_be_on_its_way() throws Exception {
    there.runs.startsGetLost = true;
    ActorRef<SessionMessage> session = born(SubRun.Life.FIRST);
    session.tell(deliver());
    await().until(() -> there.runs.asked.contains("start"));
    session.tell(stop());
    await().until(() -> there.runs.asked.contains("describe"));
    execution.expectNoMessage(SHORTLY);

    there.now = there.now.plusSeconds(6);

    halted();
    assertThat(reported()).isEqualTo(new Result.Stopped("STOPPED"));
    assertThat(there.runs.asked).containsOnlyOnce("start");
    assertThat(there.logs.lines)
        .hasSize(2)
        .last()
        .isEqualTo("no run was started before the step was stopped");
  }

  @Test
  void a_run_whose_start_was_late_is_stopped() throws Exception {
    there.runs.startsGetLost = true;
    ActorRef<SessionMessage> session = born(SubRun.Life.FIRST);
    session.tell(deliver());
    await().until(() -> there.runs.asked.contains("start"));
    session.tell(stop());

    there.runs.becomes(RunStatus.RUNNING, 1);

    halted();
    await().until(there.runs::awaited);
    there.runs.becomes(RunStatus.TERMINATED, 4);
    assertThat(reported()).isEqualTo(new Result.Stopped("STOPPED"));
    assertThat(there.runs.asked).contains("STOP@1").containsOnlyOnce("start");
  }

  @Test
  void whoever_takes_the_place_of_another_starts_nothing_for_a_step_that_is_stopped()
      throws Exception {
    ActorRef<SessionMessage> session = born(SubRun.Life.FURTHER);
    // Who stops it is faster than the answer.
    CompletableFuture<Void> gate = new CompletableFuture<>();
    there.runs.gate = gate;
    session.tell(deliver());
    session.tell(stop());
    gate.complete(null);
    await().until(() -> there.runs.asked.contains("describe"));
    there.now = there.now.plusSeconds(6);

    halted();
    assertThat(reported()).isEqualTo(new Result.Stopped("STOPPED"));
    assertThat(there.runs.asked).doesNotContain("start");
  }

  @Test
  void a_line_whose_answer_was_lost_is_neither_missing_nor_there_twice() throws Exception {
    there.logs.lost.set(1);
    born(SubRun.Life.FIRST).tell(deliver());
    await().until(there.runs::awaited);

    there.runs.becomes(RunStatus.SUCCEEDED, 4);

    assertThat(reported()).isEqualTo(new Result.Succeeded(Map.of()));
    assertThat(there.logs.lines)
        .containsExactly(
            "started run %s of workflow below, version 3".formatted(BELOW),
            "run %s ended SUCCEEDED".formatted(BELOW));
    assertThat(there.logs.ended).isTrue();
  }

  @Test
  void the_end_is_reported_when_the_log_has_ended_and_not_before() throws Exception {
    born(SubRun.Life.FIRST).tell(deliver());
    await().until(there.runs::awaited);
    await().until(() -> there.logs.lines.size() == 1);
    CompletableFuture<Void> gate = new CompletableFuture<>();
    there.logs.gate = gate;

    there.runs.becomes(RunStatus.SUCCEEDED, 4);
    execution.expectNoMessage(SHORTLY);
    gate.complete(null);

    assertThat(reported()).isEqualTo(new Result.Succeeded(Map.of()));
    assertThat(there.logs.ended).isTrue();
  }

  @Test
  void a_timeout_longer_than_any_timer_is_waited_for() throws Exception {
    ActorRef<SessionMessage> session = born(SubRun.Life.FIRST);

    session.tell(
        new SessionMessage.Deliver(SubRunFixture.lease(Optional.of(Duration.ofDays(365)))));

    await().until(there.runs::awaited);
    session.tell(stop());
    halted();
  }

  @Test
  void who_was_handed_no_lease_speaks_for_none() throws Exception {
    TestProbe<LeaseNews> news = kit.createTestProbe(LeaseNews.class);
    ActorRef<SessionMessage> session = born(SubRun.Life.FIRST);

    session.tell(new SessionMessage.AskAlive(STEP, 1, news.getRef()));
    news.expectNoMessage(SHORTLY);
    session.tell(deliver());
    session.tell(new SessionMessage.AskAlive(STEP, 1, news.getRef()));

    assertThat(news.expectMessageClass(LeaseNews.Alive.class).fence()).isEqualTo(1);
  }
}
