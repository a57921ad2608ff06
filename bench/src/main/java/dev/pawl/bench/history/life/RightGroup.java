package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Work;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** C-10. */
public final class RightGroup extends Invariant {
  public RightGroup() {
    super("C-10", "an execution is leased only to a worker that is in its task's group");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    Map<String, Work.SessionBegan> sessions = new HashMap<>();
    evidence
        .workers()
        .values()
        .forEach(
            work ->
                work.forEach(
                    one -> {
                      if (one instanceof Work.SessionBegan session) {
                        sessions.putIfAbsent(
                            session.worker() + " " + session.incarnation(), session);
                      }
                    }));
    for (RunCase run : evidence.runs()) {
      for (ExecutionCase execution : run.executions()) {
        Optional<Definition.Task> task = execution.task();
        if (task.isPresent()) {
          for (Fact fact : execution.journal().facts()) {
            if (fact.change() instanceof Change.Leased lease) {
              findings.judged();
              judge(
                  execution,
                  task.get().group(),
                  fact,
                  Optional.ofNullable(sessions.get(lease.worker() + " " + lease.incarnation())),
                  findings);
            }
          }
        }
      }
    }
  }

  private static void judge(
      ExecutionCase execution,
      String group,
      Fact fact,
      Optional<Work.SessionBegan> session,
      Findings findings) {
    if (session.isEmpty()) {
      findings.violated(
          execution.entity(), "it was leased to a worker's process that never said hello", fact);
    } else if (!session.get().group().equals(group)) {
      findings.violated(
          execution.entity(),
          "a task of group %s was leased to a worker of group %s"
              .formatted(group, session.get().group()),
          fact,
          session.get());
    }
  }
}
