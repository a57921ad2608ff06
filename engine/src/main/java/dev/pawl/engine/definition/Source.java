package dev.pawl.engine.definition;

import com.google.protobuf.Value;

/** Where a value comes from. */
public sealed interface Source {

  /** Written in the definition. */
  record Literal(Value value) implements Source {}

  /** A parameter of the run. */
  record FromParameter(String name) implements Source {}

  /** An output of an upstream task, by its index in the plan. */
  record FromOutput(int task, String output) implements Source {}
}
