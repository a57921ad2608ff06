package dev.pawl.api.run;

import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.StepView;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Reads the ends of logs. */
public interface LogEnds {

  /**
   * The last lines of the newest section of a step, or of that execution that tells where it is;
   * empty when there is no log.
   */
  CompletionStage<Optional<LogEnd>> end(String project, RunId run, StepView step, int lines);

  /** The end of one section. */
  record LogEnd(LogSection section, List<LogLine> lines) {
    public LogEnd {
      lines = List.copyOf(lines);
    }
  }
}
