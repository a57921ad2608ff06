package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Requests;
import dev.pawl.engine.run.RunEvent.StopReason;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Where one run stands. */
public sealed interface RunState {

  /** Nothing was stored of it. */
  record Absent() implements RunState {}

  /** It has not ended. */
  record Live(RunHeader header, Phase phase, Steps steps, Trail trail) implements RunState {}

  /** It has ended. */
  record Ended(
      RunHeader header,
      RunStatus status,
      String reason,
      OptionalInt failedTask,
      Map<String, Payload> outputs,
      Instant endedAt,
      Steps steps,
      Trail trail)
      implements RunState {}

  /** What a live run is up to. */
  sealed interface Phase {
    record Running() implements Phase {}

    record Pausing() implements Phase {}

    record Paused() implements Phase {}

    record Terminating(StopReason reason) implements Phase {}
  }

  /**
   * What every stored run carries.
   *
   * @param sequence its count of facts
   * @param lastAt when the last fact was
   * @param lastCommand who commanded it last, after the start
   */
  record Trail(
      long sequence, Instant lastAt, Requests requests, Optional<Cause.Command> lastCommand) {

    Trail after(RunFact fact) {
      long next = sequence + 1;
      return new Trail(
          next,
          fact.at(),
          requests.after(fact.cause(), next, fact.at()),
          fact.cause() instanceof Cause.Command command ? Optional.of(command) : lastCommand);
    }
  }
}
