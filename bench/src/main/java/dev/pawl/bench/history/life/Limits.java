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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** C-8. Runs by the order of the journal, workers by what they say themselves. */
public final class Limits extends Invariant {
  public Limits() {
    super(
        "C-8",
        "no more executions of a run have begun and not ended than it may have in flight, and no"
            + " worker works on more than it has slots");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      run.definition()
          // Every task at once is no more than is allowed.
          .filter(graph -> graph.tasks().size() > graph.maxInFlight())
          .ifPresent(graph -> inFlight(run, graph, findings));
    }
    evidence.workers().forEach((worker, work) -> slots(worker, work, findings));
  }

  private static void inFlight(RunCase run, Definition graph, Findings findings) {
    List<Fact> borders = new ArrayList<>();
    for (ExecutionCase execution : run.executions()) {
      for (Fact fact : execution.journal().facts()) {
        if (Goes.begins(fact)
            || fact.change() instanceof Change.Ended && !fact.before().isEmpty()) {
          borders.add(fact);
        }
      }
    }
    borders.sort(Comparator.comparingLong(Fact::ordering));
    int inFlight = 0;
    for (Fact border : borders) {
      if (border.change() instanceof Change.Ended) {
        inFlight--;
        continue;
      }
      inFlight++;
      findings.judged();
      if (inFlight > graph.maxInFlight()) {
        findings.violated(
            run.entity(),
            "with %s it has %d executions in flight; at most %d"
                .formatted(border.entity(), inFlight, graph.maxInFlight()),
            border);
      }
    }
  }

  private static void slots(String worker, List<Work> work, Findings findings) {
    int slots = 0;
    Map<String, Work.Began> busy = new HashMap<>();
    for (Work one : work) {
      switch (one) {
        case Work.SessionBegan session -> slots = session.slots();
        case Work.Began began -> {
          busy.put(began.execution() + "#" + began.fence(), began);
          findings.judged();
          if (busy.size() > slots) {
            findings.violated(
                worker, "it works on %d things with %d slots".formatted(busy.size(), slots), began);
          }
        }
        case Work.Ended ended -> busy.remove(ended.execution() + "#" + ended.fence());
        // The server has given the slot away; what is left of the work is being killed.
        case Work.StopReceived stop when stop.drop() ->
            busy.remove(stop.execution() + "#" + stop.fence());
        case Work.Acknowledged answer when answer.stale() ->
            busy.remove(answer.execution() + "#" + answer.fence());
        case Work.ProcessDied died ->
            busy.values().removeIf(began -> began.incarnation().equals(died.incarnation()));
        case Work.Leased _,
            Work.Acted _,
            Work.Reported _,
            Work.Acknowledged _,
            Work.StopReceived _ -> {}
      }
    }
  }
}
