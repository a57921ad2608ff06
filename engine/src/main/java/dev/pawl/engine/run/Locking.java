package dev.pawl.engine.run;

import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockMessage;
import dev.pawl.engine.lock.LockName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What a run says to the locks that it needs: it takes them, scope by scope in their order, before
 * it begins or goes on, and lets go of them when it is done. Never stored: whoever holds a lock for
 * a run asks the run whether that is so.
 */
final class Locking {
  /** Who asked has given up by then, and asks again. */
  private static final int PATIENCE = 5;

  private final RunId id;
  private final BiConsumer<LockId, LockMessage> locks;
  private final ActorRef<RunMessage> self;
  private final Set<LockId> lettingGo = new LinkedHashSet<>();
  private long releasedAt;
  private long questions;
  private @Nullable Taking taking;

  /**
   * What a run says from now on.
   *
   * @param floor no question of an earlier life of the run has a number above it
   */
  Locking(RunId id, BiConsumer<LockId, LockMessage> locks, ActorRef<RunMessage> self, long floor) {
    this.questions = floor;
    this.id = id;
    this.locks = locks;
    this.self = self;
  }

  /**
   * What is to be taken.
   *
   * @param then the command that waits for it
   * @param version of the run, once it has begun or gone on with them
   */
  record Wish(
      RunMessage then,
      String project,
      long version,
      String initiator,
      List<LockName> locks,
      boolean goingOn,
      boolean dryRun) {
    Wish {
      locks = List.copyOf(locks);
    }
  }

  /** What came of it. */
  sealed interface Outcome {
    /** Nothing yet. */
    record Waiting() implements Outcome {}

    /** The run has them all; or could, in a dry run. */
    record Granted(RunMessage then) implements Outcome {}

    record Refused(RunMessage then, RunRejection why) implements Outcome {}
  }

  private static final class Taking {
    final Wish wish;
    final List<Map.Entry<LockId, List<LockName>>> scopes;
    int at;
    int tries;
    long question;

    Taking(Wish wish) {
      this.wish = wish;
      Map<String, List<LockName>> byScope = new TreeMap<>();
      wish.locks()
          .forEach(lock -> byScope.computeIfAbsent(lock.scope(), _ -> new ArrayList<>()).add(lock));
      this.scopes =
          byScope.entrySet().stream()
              .map(of -> Map.entry(new LockId(wish.project(), of.getKey()), of.getValue()))
              .toList();
    }
  }

  void take(Wish wish) {
    taking = new Taking(wish);
    ask(taking);
  }

  /** Whether a command waits for locks. */
  boolean taking() {
    return taking != null;
  }

  /** Whether there is something to repeat. */
  boolean busy() {
    return taking != null || !lettingGo.isEmpty();
  }

  private void ask(Taking now) {
    now.question = ++questions;
    say(now);
  }

  private void say(Taking now) {
    Map.Entry<LockId, List<LockName>> scope = now.scopes.get(now.at);
    Wish wish = now.wish;
    locks.accept(
        scope.getKey(),
        new LockMessage.Take(
            scope.getKey(),
            id,
            wish.version(),
            wish.initiator(),
            scope.getValue(),
            wish.goingOn(),
            now.question,
            wish.dryRun(),
            self));
  }

  Outcome answered(RunMessage.LocksAnswered answer) {
    Taking now = taking;
    if (now == null || now.question != answer.question()) {
      return new Outcome.Waiting();
    }
    if (answer.refusal().isPresent()) {
      taking = null;
      giveBack(now);
      return new Outcome.Refused(
          now.wish.then(), new RunRejection.LockRefused(answer.refusal().get()));
    }
    now.at++;
    if (now.at < now.scopes.size()) {
      now.tries = 0;
      ask(now);
      return new Outcome.Waiting();
    }
    taking = null;
    return new Outcome.Granted(now.wish.then());
  }

  /**
   * What was taken, or is about to be, for a command that is refused after all goes back when the
   * lock asks for it, which it is told to do at once: no word of this can be taken for one about a
   * later command.
   */
  private void giveBack(Taking now) {
    if (!now.wish.dryRun()) {
      now.scopes
          .subList(0, now.at + 1)
          .forEach(scope -> locks.accept(scope.getKey(), new LockMessage.Doubt(id)));
    }
  }

  /** A lock was taken away: the command that waits, if one does, must begin anew. */
  Optional<RunMessage> abandon() {
    Taking now = taking;
    taking = null;
    if (now == null) {
      return Optional.empty();
    }
    giveBack(now);
    return Optional.of(now.wish.then());
  }

  /** Lets go of what a run held that is done, at this version of it. */
  void letGo(RunHeader header, long version) {
    releasedAt = version;
    header.locks().forEach(lock -> lettingGo.add(new LockId(header.project(), lock.scope())));
    lettingGo.forEach(this::sayLetGo);
  }

  private void sayLetGo(LockId scope) {
    locks.accept(scope, new LockMessage.LetGo(scope, id, releasedAt, self));
  }

  void letGone(RunMessage.LocksLetGo gone) {
    if (gone.version() >= releasedAt) {
      lettingGo.remove(gone.scope());
    }
  }

  /** Says again what was not answered; in the end a command is given up, like its caller did. */
  void repeat() {
    lettingGo.forEach(this::sayLetGo);
    Taking now = taking;
    if (now == null) {
      return;
    }
    now.tries++;
    if (now.tries >= PATIENCE) {
      taking = null;
      giveBack(now);
    } else {
      say(now);
    }
  }

  /** The run goes on: it is done no more. */
  void keep() {
    lettingGo.clear();
  }

  void forget() {
    taking = null;
    lettingGo.clear();
  }
}
