package dev.pawl.engine.definition;

/** Sets defaults only: the state machines of all profiles are the same (C7 of the model). */
public enum Profile {
  OPS,
  OFFLINE,
  DISTRIBUTED,
  STREAM
}
