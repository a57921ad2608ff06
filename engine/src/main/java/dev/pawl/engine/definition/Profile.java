package dev.pawl.engine.definition;

/** Sets defaults only: the state machines of all profiles are the same (C7 of the model). */
public enum Profile {
  OPS,
  OFFLINE,
  DISTRIBUTED,
  STREAM;

  /**
   * How many attempts of a task that end because their worker is lost are repeated without
   * counting: work runs at least once, except where an operator wants to look first.
   */
  public int forgivenLosses() {
    return switch (this) {
      case OPS -> 0;
      case OFFLINE, DISTRIBUTED, STREAM -> 3;
    };
  }
}
