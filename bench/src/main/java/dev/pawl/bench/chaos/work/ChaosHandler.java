package dev.pawl.bench.chaos.work;

import dev.pawl.bench.chaos.program.Act;
import dev.pawl.bench.chaos.program.Conduct;
import dev.pawl.bench.history.Effect.Answer;
import dev.pawl.bench.history.source.Hashes;
import dev.pawl.v1.Operation;
import dev.pawl.worker.Assignment;
import dev.pawl.worker.Handler;
import dev.pawl.worker.Outputs;
import dev.pawl.worker.WorkFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does what the inputs of a task say, and writes each thing down before it does it. */
final class ChaosHandler implements Handler {
  private final WorkDiary diary;
  private final LedgerClient ledger;

  ChaosHandler(WorkDiary diary, LedgerClient ledger) {
    this.diary = diary;
    this.ledger = ledger;
  }

  @Override
  public Outputs handle(Assignment assignment) throws Exception {
    ExecutionKey work = ExecutionKey.of(assignment.execution(), assignment.fence());
    diary.began(work);
    try {
      return new Go(assignment, work).perform();
    } finally {
      diary.ended(work);
    }
  }

  /** One attempt. */
  private final class Go {
    private final Assignment assignment;
    private final ExecutionKey work;
    private final Conduct conduct;
    private final Act act;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private String chain = "";
    private int lines;

    Go(Assignment assignment, ExecutionKey work) {
      this.assignment = assignment;
      this.work = work;
      this.conduct = Conduct.of(assignment.inputs());
      this.act =
          assignment.operation() == Operation.OPERATION_ROLLBACK
              ? undo(conduct.undo(), work.fence())
              : conduct.act(assignment.attempt());
      assignment.onStop(stopped::countDown);
    }

    /** One that fails does so every other time, so that it can be done at last. */
    private static Act undo(Act undo, long fence) {
      return undo.kind() == Act.Kind.FAIL && fence % 2 == 0
          ? new Act(Act.Kind.SUCCEED, undo.time())
          : undo;
    }

    Outputs perform() throws InterruptedException, WorkFailedException {
      Duration half = act.time().dividedBy(2);
      say(conduct.lines() / 2);
      if (act.kind() == Act.Kind.SUCCEED || act.kind() == Act.Kind.FAIL) {
        spend(half);
      }
      if (assignment.operation() != Operation.OPERATION_ROLLBACK) {
        act();
      }
      switch (act.kind()) {
        case SUCCEED, FAIL, GIVE_UP, HANG -> spend(half);
        // Only the interrupt of a kill ends it before its time.
        case DEFY -> TimeUnit.NANOSECONDS.sleep(half.toNanos());
      }
      say(conduct.lines() - lines);
      return switch (act.kind()) {
        case SUCCEED, HANG, DEFY ->
            Outputs.none().with(Conduct.OUTPUT, work.execution() + " " + work.fence());
        case FAIL -> throw WorkFailedException.retryable("TOLD_TO_FAIL", "as the inputs say");
        case GIVE_UP -> throw WorkFailedException.permanent("TOLD_TO_GIVE_UP", "as the inputs say");
      };
    }

    private void spend(Duration time) throws InterruptedException, WorkFailedException {
      if (stopped.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw WorkFailedException.retryable("STOPPED", "told to stop");
      }
    }

    private void act() throws InterruptedException, WorkFailedException {
      String key =
          switch (conduct.effect()) {
            case NONE -> "";
            case ACTS -> assignment.idempotencyKey() + "#" + work.fence();
            case IDEMPOTENT -> assignment.idempotencyKey();
          };
      if (key.isEmpty()) {
        return;
      }
      diary.acts(work, key);
      Answer answer;
      try {
        answer = ledger.call(key, work);
      } catch (IOException e) {
        throw WorkFailedException.retryable("LEDGER_UNREACHABLE", String.valueOf(e));
      }
      if (answer == Answer.REFUSED) {
        throw WorkFailedException.retryable("LEDGER_REFUSED", "a higher fence was there before");
      }
    }

    /** Each line names its place and holds the hash of all before it. */
    private void say(int count) {
      for (int i = 0; i < count; i++) {
        lines++;
        String text =
            "line %d of %s under %d after %s"
                .formatted(lines, work.execution(), work.fence(), chain);
        chain = Hashes.of(text);
        diary.logs(work, text);
        assignment.info(text);
      }
    }
  }
}
