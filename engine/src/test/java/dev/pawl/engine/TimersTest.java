package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.engine.execution.AttemptView;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every timer fires though what armed it left memory, or the node was restarted, in between. */
@ExtendWith(PostgresExtension.class)
class TimersTest {
  private final Node node;

  /** How what armed the timer is lost. */
  enum Loss {
    NONE,
    PASSIVATION,
    RESTART
  }

  TimersTest(TestDatabase postgres) {
    EngineSettings usual = EngineSettings.of(postgres.settings());
    this.node =
        new Node(
            new EngineSettings(
                usual.database(),
                usual.cluster(),
                Duration.ofMillis(300),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                usual.commandTimeout(),
                true));
  }

  @AfterEach
  void close() {
    node.close();
  }

  private void lose(Loss loss, RunId id) {
    switch (loss) {
      case NONE -> {}
      case PASSIVATION -> {
        node.engine().unload(new ExecutionId(id, "a", 0));
        node.engine().unload(id);
      }
      case RESTART -> node.restart();
    }
  }

  @ParameterizedTest
  @EnumSource
  @Covers("SYS-9")
  void a_retry_comes_after_its_wait(Loss loss) throws Exception {
    HandWorker before = new HandWorker(node.engine(), "w1", 4).failing("a");
    RunId id = node.startRun("a*2~1500");
    await().until(() -> node.step(id, "a").status() == StepStatus.RETRY_WAIT);
    lose(loss, id);
    if (loss == Loss.RESTART) {
      new HandWorker(node.engine(), before).succeeding();
    } else {
      before.recovering();
    }
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.SUCCEEDED);
    AttemptView first = node.execution(id, "a").attempts().getFirst();
    AttemptView second = node.execution(id, "a").attempts().getLast();
    assertThat(Duration.between(first.endedAt().orElseThrow(), second.startedAt()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(1500));
  }

  @ParameterizedTest
  @EnumSource
  @Covers({"SYS-9", "TSF-49"})
  void a_run_past_its_timeout_fails(Loss loss) throws Exception {
    RunId id = node.startRun("a b<a !1500");
    lose(loss, id);
    RunHead ended = node.awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.FAILED);
    assertThat(ended.reason()).isEqualTo("RUN_TIMED_OUT");
    assertThat(Duration.between(ended.header().createdAt(), ended.endedAt().orElseThrow()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(1500));
  }

  @ParameterizedTest
  @EnumSource
  @Covers({"OCP-40", "SYS-9", "TSF-49"})
  void an_attempt_past_its_timeout_ends_though_its_worker_says_nothing(Loss loss) throws Exception {
    HandWorker before = new HandWorker(node.engine(), "w1", 4).beating();
    RunId id = node.startRun("a@800");
    await().until(() -> before.held("a"));
    lose(loss, id);
    if (loss == Loss.RESTART) {
      new HandWorker(node.engine(), before).beating();
    }
    assertThat(node.awaitEnd(id).status()).isEqualTo(RunStatus.FAILED);
    assertThat(node.execution(id, "a").status()).isEqualTo(ExecutionStatus.TIMED_OUT);
  }

  @ParameterizedTest
  @EnumSource
  @Covers("OCP-49")
  void a_lease_whose_worker_says_nothing_expires(Loss loss) throws Exception {
    HandWorker worker = new HandWorker(node.engine(), "w1", 4);
    RunId id = node.startRun("a");
    await().until(() -> worker.held("a"));
    lose(loss, id);
    RunHead ended = node.awaitEnd(id);
    assertThat(ended.status()).isEqualTo(RunStatus.FAILED);
    assertThat(ended.failure())
        .hasValueSatisfying(step -> assertThat(step.reason()).isEqualTo("WORKER_LOST"));
  }
}
