package dev.pawl.bench.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Who or what a fact says caused it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
@JsonSubTypes({
  @JsonSubTypes.Type(name = "command", value = Cause.Command.class),
  @JsonSubTypes.Type(name = "report", value = Cause.Report.class),
  @JsonSubTypes.Type(name = "timer", value = Cause.Timer.class),
  @JsonSubTypes.Type(name = "parent", value = Cause.Parent.class)
})
public sealed interface Cause {

  /** As both the journal and a watch show it. */
  String shown();

  /**
   * A caller's command.
   *
   * @param bodyHash the server's; empty where it is not shown
   */
  record Command(String requestId, String bodyHash, String principal) implements Cause {
    @Override
    public String shown() {
      return "command " + requestId + " of " + principal;
    }
  }

  /** A worker's report. */
  record Report(String worker, long fence) implements Cause {
    @Override
    public String shown() {
      return "report of " + worker + " under " + fence;
    }
  }

  /** Time that passed: BACKOFF, ATTEMPT_TIMEOUT, RUN_TIMEOUT, LEASE_EXPIRY, STOP_GRACE. */
  record Timer(String name) implements Cause {
    @Override
    public String shown() {
      return "timer " + name;
    }
  }

  /** A fact of another entity: {@code ID} of a run, {@code ID/task/0} of an execution. */
  record Parent(String entity) implements Cause {
    @Override
    public String shown() {
      return "parent " + entity;
    }
  }
}
