package dev.pawl.api.fake;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockRejection;
import dev.pawl.engine.lock.LockState.Hold;
import dev.pawl.engine.lock.LockView;
import dev.pawl.engine.lock.Locks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Locks in memory: who holds what is what a test puts there. */
public final class FakeLocks implements Locks {
  /** One forced release that arrived. */
  public record Forced(LockName lock, Cause.Command cause, OptionalLong expected, boolean dryRun) {}

  public final Map<LockName, Hold> holds = new ConcurrentHashMap<>();
  public final List<Forced> forced = new CopyOnWriteArrayList<>();

  @Override
  public CompletionStage<Answer<LockView, LockRejection>> describe(String project, LockName lock) {
    return answer(lock, new LockRejection.NotFound(lock));
  }

  @Override
  public CompletionStage<Answer<LockView, LockRejection>> force(
      String project, LockName lock, Cause.Command cause, OptionalLong expected, boolean dryRun) {
    forced.add(new Forced(lock, cause, expected, dryRun));
    return answer(lock, new LockRejection.NotHeld(lock));
  }

  private CompletionStage<Answer<LockView, LockRejection>> answer(
      LockName lock, LockRejection otherwise) {
    Hold hold = holds.get(lock);
    return CompletableFuture.completedFuture(
        hold == null
            ? new Answer.Refused<>(otherwise)
            : new Answer.Accepted<>(
                new LockView(lock, Optional.of(hold), Optional.of(hold.run()), 1)));
  }
}
