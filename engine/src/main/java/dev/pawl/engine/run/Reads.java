package dev.pawl.engine.run;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.run.RunMessage.HeadAnswer;
import dev.pawl.engine.run.RunMessage.StepsAnswer;
import dev.pawl.engine.run.Runs.StepPage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** What a run answers to those who only read; a run of another project is not there for them. */
final class Reads {
  private static final RunRejection NOT_FOUND = new RunRejection.NotFound();

  /** The most that a page may weigh, in characters or so: it may have to go to another node. */
  private static final int MOST = 256 * 1024;

  /** What a step weighs besides its texts. */
  private static final int STEP = 400;

  /** What one of several executions weighs. */
  private static final int EXECUTION = 100;

  private Reads() {}

  static HeadAnswer head(RunState state, String project, Portrait portrait) {
    return state.isIn(project) ? Callers.accepted(portrait.detail()) : Callers.refused(NOT_FOUND);
  }

  static StepsAnswer steps(
      RunState state, Plan plan, Portrait portrait, RunMessage.ListSteps list) {
    if (!state.isIn(list.project())) {
      return notFound();
    }
    List<StepView> page = new ArrayList<>();
    OptionalLong next = OptionalLong.empty();
    int total = 0;
    int weight = 0;
    for (int index = 0; index < plan.tasks().size(); index++) {
      if (list.statuses().isEmpty() || list.statuses().contains(portrait.ofTask(index))) {
        total++;
        if (index >= list.fromIndex() && page.size() < list.size() && weight < MOST) {
          StepView step = portrait.step(index, false);
          page.add(step);
          weight += weight(step);
        } else if (index >= list.fromIndex() && next.isEmpty()) {
          next = OptionalLong.of(index);
        }
      }
    }
    return found(new StepPage(page, next, total));
  }

  static StepsAnswer step(
      RunState state, Plan plan, Portrait portrait, RunMessage.DescribeStep describe) {
    if (!state.isIn(describe.project())) {
      return notFound();
    }
    List<StepView> step =
        plan.task(describe.task())
            .map(known -> List.of(portrait.step(known.index(), true)))
            .orElse(List.of());
    return found(new StepPage(step, OptionalLong.empty(), step.size()));
  }

  static RunMessage.Explained explain(
      RunState state, Plan plan, Portrait portrait, RunMessage.Explain explain) {
    if (!state.isIn(explain.project())) {
      return new RunMessage.Explained(new Answer.Refused<>(NOT_FOUND));
    }
    Reasons reasons = portrait.reasons();
    if (explain.step().isEmpty()) {
      return new RunMessage.Explained(
          new Answer.Accepted<>(
              new Explanation(
                  RunDecider.status(state), reasons.ofRun(), reasons.ofStepsThatMatter())));
    }
    StepRef wanted = explain.step().get();
    return new RunMessage.Explained(
        portrait
            .command(wanted)
            .map(
                step ->
                    wanted.execution().isPresent()
                        ? reasons.ofExecution(step.executions().getFirst().place())
                        : reasons.explain(step.index()))
            .<Answer<Explanation, RunRejection>>map(
                step ->
                    new Answer.Accepted<>(
                        new Explanation(RunDecider.status(state), List.of(), List.of(step))))
            .orElseGet(() -> new Answer.Refused<>(new RunRejection.StepNotFound(wanted))));
  }

  static RunMessage.Located locate(
      RunState state, Plan plan, Portrait portrait, RunMessage.Locate locate) {
    if (!state.isIn(locate.project())) {
      return new RunMessage.Located(new Answer.Refused<>(NOT_FOUND));
    }
    Runs.Sought sought = locate.sought();
    int[] fitting =
        sought.isProgress()
            ? new int[] {portrait.current()}
            : Locating.fitting(plan, sought, portrait::ofTask).toArray();
    return new RunMessage.Located(
        new Answer.Accepted<>(
            new Runs.Location(
                IntStream.of(fitting)
                    .filter(index -> index >= sought.from())
                    .boxed()
                    .findFirst()
                    .map(index -> portrait.step(index, false)),
                fitting.length,
                plan.tasks().size())));
  }

  /** What is said to a reader or caller of a run that is not there. */
  static void notFound(RunMessage message) {
    HeadAnswer head = Callers.refused(NOT_FOUND);
    switch (message) {
      case RunMessage.Execute execute -> execute.replyTo().tell(head);
      case RunMessage.Describe describe -> describe.replyTo().tell(head);
      case RunMessage.Await await -> await.replyTo().tell(head);
      case RunMessage.ListSteps list -> list.replyTo().tell(notFound());
      case RunMessage.DescribeStep describe -> describe.replyTo().tell(notFound());
      case RunMessage.Explain explain ->
          explain.replyTo().tell(new RunMessage.Explained(new Answer.Refused<>(NOT_FOUND)));
      case RunMessage.Locate locate ->
          locate.replyTo().tell(new RunMessage.Located(new Answer.Refused<>(NOT_FOUND)));
      case RunMessage.Start _,
          RunMessage.Stood _,
          RunMessage.WakeUp _,
          RunMessage.Unload _,
          RunMessage.OfLocks _,
          RunMessage.Own _ -> {}
    }
  }

  private static int weight(StepView step) {
    int weight = STEP + step.message().length() + step.lastLogLine().length();
    for (String needed : step.needs()) {
      weight += needed.length();
    }
    for (String next : step.downstream()) {
      weight += next.length();
    }
    return weight + EXECUTION * step.executions().size();
  }

  private static StepsAnswer found(StepPage page) {
    return new StepsAnswer(new Answer.Accepted<>(page));
  }

  private static StepsAnswer notFound() {
    return new StepsAnswer(new Answer.Refused<>(NOT_FOUND));
  }
}
