package dev.pawl.engine.definition;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Which free worker of the group is taken. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
  @JsonSubTypes.Type(value = Placement.Any.class, name = "any"),
  @JsonSubTypes.Type(value = Placement.Prefer.class, name = "prefer"),
  @JsonSubTypes.Type(value = Placement.Only.class, name = "only")
})
public sealed interface Placement {

  /** Any worker. */
  record Any() implements Placement {}

  /** This worker when it has a free slot, else any. */
  record Prefer(String worker) implements Placement {}

  /** This worker, waited for. */
  record Only(String worker) implements Placement {}
}
