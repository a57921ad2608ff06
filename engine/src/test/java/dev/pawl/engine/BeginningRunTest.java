package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A run of which it is not decided yet whether it begins. */
@ExtendWith(PostgresExtension.class)
class BeginningRunTest {
  private final CountDownLatch reading = new CountDownLatch(1);
  private final CompletableFuture<Void> gate = new CompletableFuture<>();
  private final Node node;

  BeginningRunTest(TestDatabase postgres) {
    postgres.empty();
    this.node = new Node(EngineSettings.of(postgres.settings()), this::plan);
  }

  @AfterEach
  void close() {
    gate.complete(null);
    node.close();
  }

  private Plan plan(ByteString content) {
    reading.countDown();
    gate.join();
    return PlanText.plan(content);
  }

  @Test
  void nobody_is_told_that_a_run_is_not_there_before_its_start_is_refused_or_stored()
      throws Exception {
    RunId id = new RunId("run" + "b".repeat(23));
    CompletableFuture<Answer<RunHead, RunRejection>> start =
        node.start(id, "a", "request").toCompletableFuture();
    assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Answer<RunHead, RunRejection>> described =
        node.engine().runs().describe("default", id).toCompletableFuture();

    assertThatThrownBy(() -> described.get(500, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    gate.complete(null);
    assertThat(Node.accepted(Node.get(start)).status()).isEqualTo(RunStatus.RUNNING);
    assertThat(Node.accepted(Node.get(described)).status()).isEqualTo(RunStatus.RUNNING);
  }
}
