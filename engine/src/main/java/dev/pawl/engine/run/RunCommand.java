package dev.pawl.engine.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a run can be told, by callers and by what runs for it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
  @JsonSubTypes.Type(value = RunCommand.Start.class, name = "start"),
  @JsonSubTypes.Type(value = RunCommand.Pause.class, name = "pause"),
  @JsonSubTypes.Type(value = RunCommand.Continue.class, name = "continue"),
  @JsonSubTypes.Type(value = RunCommand.Stop.class, name = "stop"),
  @JsonSubTypes.Type(value = RunCommand.EndSteps.class, name = "endSteps"),
  @JsonSubTypes.Type(value = RunCommand.Settle.class, name = "settle"),
  @JsonSubTypes.Type(value = RunCommand.TimeOut.class, name = "timeOut")
})
public sealed interface RunCommand {

  /** Begin; the header's time is overwritten by the decider's. */
  record Start(RunHeader header) implements RunCommand {}

  /** Start nothing new. */
  record Pause() implements RunCommand {}

  /** Go on. */
  record Continue() implements RunCommand {}

  /** End TERMINATED. */
  record Stop() implements RunCommand {}

  /** Executions ended. Ends that are known already are passed over. */
  record EndSteps(List<StepEnd> ends) implements RunCommand {
    public EndSteps {
      ends = List.copyOf(ends);
    }
  }

  /** Every released execution holds and none is at work: a run that waited for that moves on. */
  record Settle() implements RunCommand {}

  /** The run's deadline passed. */
  record TimeOut() implements RunCommand {}
}
