package dev.pawl.engine.execution;

import dev.pawl.engine.run.SubRuns;
import java.util.concurrent.atomic.AtomicReference;

/** Lets one start of a run go out, unless it was withdrawn before. */
final class StartPermit implements SubRuns.Permit {
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  private enum State {
    OPEN,
    USED,
    WITHDRAWN
  }

  @Override
  public boolean use() {
    return state.compareAndSet(State.OPEN, State.USED);
  }

  /** Whether the start went out: its run may be there. */
  boolean used() {
    return state.get() == State.USED;
  }

  /** Has nothing go out any more; false when it has gone out already. */
  boolean withdraw() {
    state.compareAndSet(State.OPEN, State.WITHDRAWN);
    return !used();
  }
}
