package dev.pawl.bench.history.judge;

import static dev.pawl.bench.history.judge.Draft.bare;
import static dev.pawl.bench.history.judge.Draft.caused;
import static dev.pawl.bench.history.judge.Draft.changed;
import static dev.pawl.bench.history.judge.Draft.lease;
import static dev.pawl.bench.history.judge.Draft.moved;
import static dev.pawl.bench.history.judge.Draft.ordered;
import static dev.pawl.bench.history.judge.Draft.run;
import static dev.pawl.bench.history.judge.Draft.timed;
import static dev.pawl.bench.history.judge.Draft.written;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Effect;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Fault;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.Log;
import dev.pawl.bench.history.Node;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.Work;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The wrong behaviours that the judge must know, each with the invariant that is meant for it. */
final class Mutations {
  private static final long SECOND = 1_000_000;

  private Mutations() {}

  static final List<Mutation> ALL =
      List.of(
          // A
          new Mutation(
              "a command is answered before its fact is stored, and the fact is lost with the node",
              "A-1",
              Mutations::ackBeforePersist),
          new Mutation("a command is answered OK and does nothing", "A-1", Mutations::okForNothing),
          new Mutation(
              "the memory of requests is lost on a move, and a repeat acts again",
              "A-1",
              Mutations::requestActsTwice),
          new Mutation(
              "a command is refused, and carried out all the same", "A-2", Mutations::ghost),
          new Mutation(
              "a command whose answer was lost is carried out twice",
              "A-3",
              Mutations::unknownActsTwice),
          new Mutation(
              "a repeated request is answered with another fact than the first",
              "A-4",
              Mutations::otherAnswer),
          new Mutation(
              "a request id is taken for a repeat though its content is another",
              "A-4",
              draft -> {
                Call.Answered again = repeat(draft);
                Call.Invoked call = draft.invoked(again.operation());
                draft.replace(call, body(call, "another body"));
              }),
          new Mutation(
              "a node that was passed over serves a read from its old state",
              "A-5",
              Mutations::staleRead),
          new Mutation(
              "a list ignores the revision that it is handed", "A-6", Mutations::listTooOld),
          new Mutation(
              "a client's second list is older than its first", "A-6", Mutations::listGoesBack),
          new Mutation("a fact comes from nowhere", "A-7", Mutations::fromNowhere),
          new Mutation(
              "an execution is closed by a report that no worker sent",
              "A-7",
              draft -> {
                Fact end = reportedEnd(draft, "SUCCEEDED");
                draft.removeAll(
                    seen ->
                        seen instanceof Work.OfLease work
                            && work.execution().equals(bare(end))
                            && (work instanceof Work.Reported
                                || work instanceof Work.Acknowledged));
              }),
          new Mutation(
              "outputs arrive otherwise than they were reported",
              "A-7",
              draft -> {
                Fact end = reportedEnd(draft, "SUCCEEDED");
                draft.edit(
                    Work.Reported.class,
                    report -> report.execution().equals(bare(end)),
                    report -> outputs(report, "other"));
              }),
          new Mutation(
              "a command that is allowed is refused as a conflict",
              "A-8",
              Mutations::wronglyRefused),
          new Mutation("an expected version is not looked at", "A-8", Mutations::versionIgnored),
          // B
          new Mutation(
              "a row of the journal is lost",
              "B-1",
              draft -> {
                Fact fact = draft.fact(Change.StepsEnded.class, one -> one.sequence() == 3);
                draft.remove(fact);
              }),
          new Mutation(
              "two lives of an entity write the same number",
              "B-1",
              draft -> {
                Fact fact = draft.fact(Change.Leased.class, one -> one.sequence() == 1);
                draft.follow(fact, written(ordered(fact, fact.ordering() + 1), "zombie"));
              }),
          new Mutation(
              "a life that was followed by another writes again",
              "B-2",
              draft -> {
                Fact fact = draft.fact(Change.StepsEnded.class, one -> one.sequence() == 3);
                draft.replace(fact, written(fact, "zombie"));
              }),
          new Mutation("a run that is not paused goes on", "B-3", Mutations::continuesWhileRunning),
          new Mutation(
              "a run succeeds though a task of it failed",
              "B-3",
              draft -> {
                Fact end =
                    draft.fact(
                        Change.RunEnded.class,
                        one -> one.after().equals("FAILED") && one.before().equals("RUNNING"));
                end(draft, end, "SUCCEEDED", "");
              }),
          new Mutation(
              "an owner shows a run otherwise than its facts",
              "B-6",
              draft -> {
                Final.Run head = draft.first(Final.Run.class, one -> one.state().equals("FAILED"));
                draft.replace(
                    head, new Final.Run(head.run(), head.sequence(), "TERMINATED", head.reason()));
              }),
          new Mutation(
              "an owner shows a step otherwise than its run's facts",
              "B-6",
              draft -> {
                Final.Step step =
                    draft.first(Final.Step.class, one -> one.state().equals("SUCCEEDED"));
                draft.replace(
                    step,
                    new Final.Step(
                        step.run(),
                        step.index(),
                        step.task(),
                        "FAILED",
                        step.attempt(),
                        step.fence()));
              }),
          new Mutation(
              "a fact is not applied to the view's row",
              "B-7",
              draft -> {
                Final.RunRow row = draft.first(Final.RunRow.class, Final.RunRow::ended);
                draft.replace(row, older(row));
              }),
          new Mutation(
              "a run never gets a row in the view",
              "B-7",
              draft -> draft.remove(draft.first(Final.RunRow.class, _ -> true))),
          new Mutation(
              "a run that ended is still to be woken",
              "B-7",
              draft -> {
                Fact end = draft.fact(Change.RunEnded.class, _ -> true);
                draft.add(new Final.WakeRow(end.entity()));
              }),
          new Mutation(
              "a stopped run ends while a task of it is at work",
              "B-8",
              Mutations::childLeftRunning),
          new Mutation(
              "a run stores another end of a task than the task had",
              "B-8",
              draft -> {
                Fact steps = draft.fact(Change.StepsEnded.class, one -> single(one));
                Change.StepEnd end = ((Change.StepsEnded) steps.change()).ends().getFirst();
                draft.replace(
                    steps,
                    changed(steps, new Change.StepsEnded(List.of(fenced(end, end.fence() + 1)))));
              }),
          // C
          new Mutation(
              "a run never ends",
              "C-1",
              draft -> draft.remove(draft.fact(Change.RunEnded.class, _ -> true))),
          new Mutation(
              "an execution that ended begins anew, and nobody wanted it",
              "C-1",
              Mutations::beginsAnewUnasked),
          new Mutation(
              "a run ends twice",
              "C-1",
              draft -> {
                Fact end =
                    draft.fact(Change.RunEnded.class, one -> one.after().equals("SUCCEEDED"));
                draft.insert(end, moved(end, "SUCCEEDED", "SUCCEEDED", end.change()));
              }),
          new Mutation("a fence is not raised by a new lease", "C-2", Mutations::fenceNotRaised),
          new Mutation(
              "a report under an equal or lower fence is stored",
              "C-2",
              Mutations::lowerFenceStored),
          new Mutation(
              "the end of a task is applied twice",
              "C-3",
              draft -> {
                Fact steps =
                    draft.fact(
                        Change.StepsEnded.class,
                        one -> draft.after(one).isPresent() && one.before().equals("RUNNING"));
                draft.insert(steps, steps);
              }),
          new Mutation("a lease is given twice", "C-4", Mutations::leasedTwice),
          new Mutation(
              "a worker whose lease was lost acts after its successor did",
              "C-4",
              Mutations::zombieActs),
          new Mutation(
              "a stale report is answered as stored",
              "C-5",
              draft -> {
                Work.Acknowledged answer =
                    draft.first(Work.Acknowledged.class, Work.Acknowledged::stale);
                draft.replace(
                    answer,
                    new Work.Acknowledged(
                        answer.worker(),
                        answer.incarnation(),
                        answer.at(),
                        answer.execution(),
                        answer.fence(),
                        false));
              }),
          new Mutation("a lease is sent before it is stored", "C-6", Mutations::leaseBeforePersist),
          new Mutation(
              "a report is answered before it is stored, and is lost",
              "C-5",
              draft -> {
                Fact end = reportedEnd(draft, "SUCCEEDED");
                draft.remove(end);
              }),
          new Mutation(
              "the count of attempts is forgotten on a move",
              "C-7",
              draft -> {
                Fact again = secondLease(draft);
                draft.replace(again, changed(again, lease(lease(again), lease(again).fence(), 1)));
              }),
          new Mutation(
              "an attempt begins before its back-off is over",
              "C-7",
              draft -> {
                Fact again = secondLease(draft);
                Fact failed = draft.before(again);
                draft.replace(
                    failed,
                    changed(failed, due((Change.AttemptFailed) failed.change(), failed.at())));
              }),
          new Mutation(
              "there are more attempts than the policy gives",
              "C-7",
              draft -> retries(draft, secondLease(draft), _ -> 1)),
          new Mutation(
              "an execution gives up before its attempts are used",
              "C-7",
              draft -> {
                Fact end = reportedEnd(draft, "FAILED");
                draft.edit(
                    Work.Reported.class,
                    report -> report.execution().equals(bare(end)),
                    report -> permanent(report, false));
                retries(draft, end, most -> most + 4);
              }),
          new Mutation(
              "a failure for good is tried again",
              "C-7",
              draft -> {
                Fact failed =
                    draft.fact(
                        Change.AttemptFailed.class,
                        one ->
                            one.cause() instanceof Cause.Report && reason(one).equals("EXIT_CODE"));
                draft.edit(
                    Work.Reported.class,
                    report ->
                        report.execution().equals(bare(failed))
                            && report.fence() == ((Change.AttemptFailed) failed.change()).fence(),
                    report -> permanent(report, true));
              }),
          new Mutation(
              "more tasks of a run are in flight than it allows",
              "C-8",
              draft ->
                  draft.edit(
                      Definition.class,
                      graph -> graph.maxInFlight() == 2,
                      graph -> limited(graph, 1))),
          new Mutation(
              "a worker is given more than it has slots",
              "C-8",
              draft ->
                  draft.edit(
                      Work.SessionBegan.class,
                      session -> session.slots() == 3,
                      session -> slots(session, session.group(), 1))),
          new Mutation(
              "a slot leaks when its worker crashes",
              "C-9",
              draft -> {
                Final.Worker worker = draft.first(Final.Worker.class, _ -> true);
                draft.replace(
                    worker,
                    new Final.Worker(
                        worker.worker(),
                        worker.incarnation(),
                        worker.group(),
                        worker.slots(),
                        worker.busy() + 1));
              }),
          new Mutation(
              "a task is leased to a worker of another group",
              "C-10",
              draft ->
                  draft.edit(
                      Work.SessionBegan.class,
                      session -> session.worker().equals("h1"),
                      session -> slots(session, "default", session.slots()))),
          new Mutation(
              "a task is leased to a process that never said hello",
              "C-10",
              draft ->
                  draft.removeAll(
                      one ->
                          one instanceof Work.SessionBegan session
                              && session.worker().equals("h1"))),
          new Mutation("a task begins before its needs", "C-11", Mutations::beforeItsNeeds),
          new Mutation(
              "a run's version changes under it",
              "C-13",
              draft -> {
                Fact first =
                    draft.fact(Change.Leased.class, one -> !lease(one).definitionHash().isEmpty());
                draft.replace(first, changed(first, hashed(lease(first), "hash-newer")));
              }),
          new Mutation(
              "a failing run goes on to begin tasks", "C-14", Mutations::beginsAfterFailure),
          // D
          new Mutation(
              "the flag of a pause is lost on a move", "D-1", Mutations::leasedWhilePaused),
          new Mutation(
              "a pause is answered before its executions hold",
              "D-1",
              Mutations::pauseAnsweredTooEarly),
          new Mutation(
              "a run is paused while a task of it is at work", "D-2", Mutations::pausedAtWork),
          new Mutation(
              "a stop loses against a completion that comes after its answer",
              "D-3",
              draft -> {
                Fact end =
                    draft.fact(
                        Change.RunEnded.class,
                        one ->
                            one.after().equals("TERMINATED")
                                && draft
                                    .each(Fact.class)
                                    .anyMatch(
                                        fact ->
                                            fact.entity().equals(one.entity())
                                                && fact.change() instanceof Change.RunStopBegan
                                                && draft.answerTo(fact).isPresent()));
                end(draft, end, "SUCCEEDED", "");
              }),
          new Mutation(
              "a worker goes on with work that it was told to stop",
              "D-3",
              draft -> {
                Work.StopReceived stop =
                    draft.first(Work.StopReceived.class, one -> began(draft, one));
                draft.removeAll(
                    seen ->
                        seen instanceof Work.Ended ended
                            && ended.execution().equals(stop.execution())
                            && ended.fence() == stop.fence());
              }),
          new Mutation(
              "a run's timeout fires early",
              "D-4",
              draft -> {
                Fact stop =
                    draft.fact(
                        Change.RunStopBegan.class, one -> one.cause() instanceof Cause.Timer);
                draft.replace(stop, timed(stop, stop.at() - SECOND / 2));
              }),
          new Mutation(
              "an attempt's timeout fires early",
              "D-4",
              draft -> {
                Fact over =
                    draft.fact(
                        Change.AttemptFailed.class,
                        one -> one.cause().equals(new Cause.Timer("ATTEMPT_TIMEOUT")));
                draft.replace(over, timed(over, draft.before(over).at() + SECOND / 2));
              }),
          new Mutation(
              "a run's timeout is lost when the run leaves memory",
              "D-4",
              draft -> {
                Fact created =
                    draft.fact(
                        Change.RunCreated.class,
                        one ->
                            ((Change.RunCreated) one.change()).deadline().isEmpty()
                                && draft.journal(one.entity()).getLast().change()
                                    instanceof Change.RunEnded
                                && draft.journal(one.entity()).getLast().at()
                                    > one.at() + 2 * SECOND);
                deadline(draft, created, SECOND / 10);
              }),
          new Mutation(
              "a lease is taken for lost while its worker lives",
              "D-4",
              draft -> {
                Fact lost =
                    draft.fact(
                        Change.AttemptFailed.class,
                        one ->
                            one.cause().equals(new Cause.Timer("LEASE_EXPIRY"))
                                && !died(draft, draft.before(one)));
                draft.replace(lost, timed(lost, draft.before(lost).at() + SECOND / 10));
              }),
          new Mutation(
              "a node's clock is behind, and its facts go back in time",
              "D-5",
              draft -> {
                Fact fact =
                    draft.fact(Change.RunEnded.class, one -> one.after().equals("SUCCEEDED"));
                draft.replace(fact, timed(fact, draft.before(fact).at() - SECOND));
              }),
          new Mutation("a pause of a paused run is stored", "D-7", Mutations::pausedTwice),
          // F
          new Mutation("the feed passes over a fact", "F-1", draft -> draft.remove(middle(draft))),
          new Mutation(
              "the feed shows a fact twice",
              "F-1",
              draft -> {
                Watch.Delivered message = middle(draft);
                draft.follow(message, message);
              }),
          new Mutation(
              "a cursor points one fact too far", "F-2", draft -> draft.remove(firstAgain(draft))),
          new Mutation("a cursor points one fact back", "F-2", Mutations::oneBack),
          new Mutation(
              "a message says something else than its fact",
              "F-3",
              draft -> {
                Watch.Delivered message = middle(draft);
                draft.replace(
                    message,
                    new Watch.Delivered(
                        message.subscription(),
                        message.at(),
                        message.entity(),
                        message.sequence(),
                        message.shown().replace(">", ">SO_"),
                        message.cursor()));
              }),
          new Mutation(
              "a fact is shown before its commit, which then fails",
              "F-4",
              draft -> {
                Fact last = reportedEnd(draft, "SUCCEEDED");
                Watch.Delivered message = deliveryOf(draft, last);
                draft.follow(
                    message,
                    new Watch.Delivered(
                        message.subscription(),
                        message.at(),
                        last.entity(),
                        last.sequence() + 1,
                        last.shown(),
                        message.cursor()));
              }),
          new Mutation(
              "a fact out of a subscription's scope is shown",
              "F-4",
              draft -> {
                Watch.Subscribed narrow =
                    draft.first(Watch.Subscribed.class, one -> !one.runs().isEmpty());
                Fact stranger =
                    draft.fact(
                        Change.RunCreated.class,
                        one -> !narrow.runs().contains(run(one)) && one.at() < narrow.at());
                draft.follow(
                    narrow,
                    new Watch.Delivered(
                        narrow.subscription(),
                        narrow.at() + 1_000,
                        stranger.entity(),
                        1,
                        stranger.shown(),
                        "c-none"));
              }),
          new Mutation(
              "a fact that commits late is passed over for good",
              "F-5",
              draft -> {
                Fact last =
                    draft.fact(Change.RunEnded.class, one -> one.after().equals("SUCCEEDED"));
                draft.removeAll(
                    seen ->
                        seen instanceof Watch.Delivered message
                            && message.entity().equals(last.entity())
                            && message.sequence() == last.sequence());
              }),
          new Mutation(
              "a subscription falls silent and stays open",
              "F-5",
              draft -> {
                List<Watch> stream = draft.stream(lastOf(draft, "all"));
                Set<Observation> late =
                    Set.copyOf(stream.subList(stream.size() / 2, stream.size()));
                draft.removeAll(seen -> seen instanceof Watch.Delivered && late.contains(seen));
              }),
          new Mutation(
              "a subscription is ended without a word",
              "F-7",
              draft -> {
                Watch.Closed closed =
                    draft.first(Watch.Closed.class, one -> one.by() == Watch.End.SERVER);
                draft.replace(
                    closed,
                    new Watch.Closed(
                        closed.subscription(), closed.at(), Watch.End.SERVER, "", closed.cursor()));
              }),
          new Mutation(
              "facts reach subscribers late",
              "F-9",
              draft ->
                  draft.edit(
                      Watch.Delivered.class,
                      _ -> true,
                      message ->
                          new Watch.Delivered(
                              message.subscription(),
                              message.at() + SECOND + SECOND / 5,
                              message.entity(),
                              message.sequence(),
                              message.shown(),
                              message.cursor()))),
          // G
          new Mutation("a chunk of a log is stored twice", "G-1", Mutations::chunkTwice),
          new Mutation(
              "a line of a log is lost on the way",
              "G-1",
              draft -> {
                Log.Stored line =
                    draft.first(
                        Log.Stored.class,
                        one ->
                            !one.own()
                                && one.line() == 2
                                && draft
                                    .each(Log.Stored.class)
                                    .anyMatch(
                                        other ->
                                            other.line() == 3
                                                && other.execution().equals(one.execution())
                                                && other.fence() == one.fence()));
                draft.remove(line);
              }),
          new Mutation(
              "a log is cut at its limit without a mark",
              "G-1",
              draft -> {
                Log.Section section =
                    draft.first(Log.Section.class, one -> one.truncated() && one.complete());
                draft.replace(
                    section,
                    new Log.Section(
                        section.execution(), section.fence(), section.lines(), true, false, true));
              }),
          new Mutation(
              "a reader of logs gets a line twice at the seam",
              "G-2",
              draft -> {
                Log.Read line = draft.first(Log.Read.class, one -> one.line() == 2);
                draft.follow(line, line);
              }),
          new Mutation(
              "a reader of logs is told the end before the last line",
              "G-2",
              draft -> {
                Log.TailEnded end = draft.first(Log.TailEnded.class, Log.TailEnded::complete);
                List<Log.Read> lines =
                    draft
                        .each(Log.Read.class)
                        .filter(line -> line.reader().equals(end.reader()))
                        .toList();
                draft.remove(lines.getLast());
              }),
          new Mutation(
              "a line of one execution is in the log of another",
              "G-3",
              draft ->
                  strayLine(draft, (line, other) -> !other.execution().equals(line.execution()))),
          new Mutation(
              "lines of two attempts are mixed",
              "G-4",
              draft ->
                  strayLine(
                      draft,
                      (line, other) ->
                          other.execution().equals(line.execution())
                              && other.fence() != line.fence())),
          // X
          new Mutation(
              "an idempotent effect is applied again by a retry",
              "X-1",
              draft -> {
                Effect again =
                    draft.first(Effect.class, one -> one.answer() == Effect.Answer.KNOWN);
                draft.replace(
                    again,
                    new Effect(
                        again.key(),
                        again.execution(),
                        again.fence(),
                        again.at(),
                        Effect.Answer.APPLIED));
              }),
          new Mutation(
              "work that never acted is recorded as a success",
              "X-3",
              draft -> {
                Effect effect =
                    draft.first(
                        Effect.class,
                        one ->
                            draft
                                .journal("execution|" + one.execution())
                                .getLast()
                                .after()
                                .equals("SUCCEEDED"));
                draft.removeAll(
                    seen ->
                        seen instanceof Effect other
                            && other.execution().equals(effect.execution()));
              }),
          // V
          new Mutation(
              "(the observers' records do not fit together)",
              "V-0",
              draft -> draft.remove(draft.first(Final.Settled.class, _ -> true))),
          new Mutation(
              "(hardly anything was asked of the system)",
              "V-1",
              draft -> draft.minimum("ok", 100_000)),
          new Mutation(
              "the system hardly comes back after a fault", "V-2", Mutations::hardlyComesBack),
          new Mutation(
              "(a fault that was injected had no effect)",
              "V-3",
              draft -> {
                Fault.Ended ended = draft.first(Fault.Ended.class, _ -> true);
                draft.replace(ended, new Fault.Ended(ended.fault(), ended.at(), false, ""));
              }),
          new Mutation(
              "(a class of faults that was wanted never came)",
              "V-3",
              draft ->
                  draft.removeAll(
                      seen ->
                          seen instanceof Fault fault
                              && draft
                                  .each(Fault.Began.class)
                                  .anyMatch(
                                      began ->
                                          began.kind() == Fault.Kind.KILL
                                              && began.fault().equals(fault.fault())))),
          new Mutation(
              "(no stale report was ever sent)", "V-4", draft -> draft.minimum("C-5 stale", 1_000)),
          new Mutation(
              "a full stash drops a command in silence",
              "V-5",
              draft ->
                  draft.add(
                      new Node.Finding(
                          "node-1",
                          1_790_000_001L * SECOND,
                          Node.Kind.DROPPED_MESSAGE,
                          "Stash is full"))),
          // Z
          new Mutation(
              "a slow reader fills the server's memory",
              "Z-1",
              draft -> {
                Node.Sample sample = draft.first(Node.Sample.class, _ -> true);
                draft.replace(
                    sample,
                    new Node.Sample(
                        sample.node(),
                        sample.at(),
                        sample.metric(),
                        sample.limit().orElseThrow() + 1,
                        sample.limit()));
              }),
          new Mutation("no command works after a fault", "Z-2", Mutations::neverComesBack));

  // Helpers, in the order of their use.

  private static void ackBeforePersist(Draft draft) {
    Fact last = draft.fact(Change.RunEnded.class, _ -> true);
    draft.operation(
        "o-new",
        "r-new",
        Call.Verb.PAUSE,
        last.entity(),
        last.at() - 2_000,
        last.sequence() + 1,
        last.after());
  }

  private static void okForNothing(Draft draft) {
    Fact fact = draft.fact(Change.StepsEnded.class, one -> one.after().equals("RUNNING"));
    draft.operation(
        "o-new", "r-new", Call.Verb.STOP, fact.entity(), fact.at(), fact.sequence(), "RUNNING");
  }

  private static void requestActsTwice(Draft draft) {
    Fact paused =
        draft.fact(
            Change.PauseBegan.class,
            one -> draft.answerTo(one).isPresent() && later(draft, one).isPresent());
    Fact other = later(draft, paused).orElseThrow();
    draft.insert(
        other,
        new Fact(
            other.entity(),
            0,
            1,
            1,
            0,
            other.writer(),
            other.at(),
            "RUNNING",
            "PAUSING",
            paused.cause(),
            new Change.PauseBegan(false)));
  }

  private static Optional<Fact> later(Draft draft, Fact paused) {
    return draft.journal(paused.entity()).stream()
        .filter(
            fact ->
                fact.change() instanceof Change.Continued && fact.sequence() > paused.sequence())
        .findFirst();
  }

  private static void ghost(Draft draft) {
    Fact fact = draft.fact(Change.PauseBegan.class, one -> draft.answerTo(one).isPresent());
    Call.Answered answer = draft.answerTo(fact).orElseThrow();
    draft.replace(
        answer,
        new Call.Refused(
            answer.operation(), answer.at(), "RESOURCE_EXHAUSTED", "TOO_MANY_COMMANDS", "node-1"));
  }

  private static void unknownActsTwice(Draft draft) {
    Fact fact = draft.fact(Change.RunCreated.class, one -> draft.answerTo(one).isPresent());
    Call.Answered answer = draft.answerTo(fact).orElseThrow();
    draft.replace(
        answer, new Call.Unanswered(answer.operation(), answer.at(), "UNAVAILABLE", "NOT_SERVING"));
    draft.add(
        new Fact(
            "run|second",
            1,
            1,
            1,
            fact.ordering() + 1,
            "someone",
            fact.at(),
            "",
            "RUNNING",
            fact.cause(),
            fact.change()));
  }

  /** An OK that repeats an OK of the same request. */
  private static Call.Answered repeat(Draft draft) {
    return draft.first(
        Call.Answered.class,
        answer -> {
          Call.Invoked call = draft.invoked(answer.operation());
          return !call.requestId().isEmpty()
              && call.verb() == Call.Verb.START
              && draft
                  .each(Call.Invoked.class)
                  .anyMatch(
                      other ->
                          other.requestId().equals(call.requestId())
                              && other.at() < call.at()
                              && draft
                                  .each(Call.Answered.class)
                                  .anyMatch(done -> done.operation().equals(other.operation())));
        });
  }

  private static void otherAnswer(Draft draft) {
    Call.Answered again = repeat(draft);
    draft.replace(
        again,
        new Call.Answered(
            again.operation(), again.at(), again.entity(), 2, again.state(), "node-1"));
  }

  private static Call.Invoked body(Call.Invoked call, String body) {
    return new Call.Invoked(
        call.operation(),
        call.client(),
        call.at(),
        call.verb(),
        call.requestId(),
        call.entity(),
        body,
        call.expectedVersion(),
        call.atLeast());
  }

  private static void staleRead(Draft draft) {
    Call.Answered read =
        draft.first(
            Call.Answered.class,
            answer ->
                answer.sequence() > 2
                    && draft.invoked(answer.operation()).verb() == Call.Verb.WAIT
                    && draft
                        .each(Call.Answered.class)
                        .anyMatch(
                            other ->
                                other.entity().equals(answer.entity())
                                    && other.sequence() >= 2
                                    && draft.invoked(other.operation()).verb() == Call.Verb.GET
                                    && other.at() < draft.invoked(answer.operation()).at()));
    draft.replace(read, shows(draft, read, 1));
  }

  private static Call.Answered shows(Draft draft, Call.Answered answer, long sequence) {
    return new Call.Answered(
        answer.operation(),
        answer.at(),
        answer.entity(),
        sequence,
        draft.at(answer.entity(), sequence).orElseThrow().after(),
        answer.node());
  }

  private static void listTooOld(Draft draft) {
    Call.Answered answer =
        draft.first(Call.Answered.class, one -> draft.invoked(one.operation()).atLeast() > 1);
    draft.replace(answer, shows(draft, answer, draft.invoked(answer.operation()).atLeast() - 1));
  }

  private static void listGoesBack(Draft draft) {
    Call.Answered answer =
        draft.first(
            Call.Answered.class,
            one -> {
              Call.Invoked call = draft.invoked(one.operation());
              return call.verb() == Call.Verb.LIST
                  && call.atLeast() == 0
                  && one.sequence() > 1
                  && draft
                      .each(Call.Answered.class)
                      .anyMatch(
                          other -> {
                            Call.Invoked before = draft.invoked(other.operation());
                            return before.verb() == Call.Verb.LIST
                                && before.client().equals(call.client())
                                && other.entity().equals(one.entity())
                                && other.at() < call.at()
                                && other.sequence() > 1;
                          });
            });
    draft.replace(answer, shows(draft, answer, 1));
  }

  private static void fromNowhere(Draft draft) {
    Fact fact = draft.fact(Change.Continued.class, one -> draft.answerTo(one).isPresent());
    Call.Answered answer = draft.answerTo(fact).orElseThrow();
    draft.remove(draft.invoked(answer.operation())).remove(answer);
  }

  private static Fact reportedEnd(Draft draft, String status) {
    return draft.fact(
        Change.Ended.class,
        one ->
            one.cause() instanceof Cause.Report
                && one.before().equals("RUNNING")
                && one.after().equals(status));
  }

  private static Work.Reported outputs(Work.Reported report, String outputs) {
    return new Work.Reported(
        report.worker(),
        report.incarnation(),
        report.at(),
        report.execution(),
        report.fence(),
        report.result(),
        report.reason(),
        report.permanent(),
        outputs);
  }

  private static Work.Reported permanent(Work.Reported report, boolean permanent) {
    return new Work.Reported(
        report.worker(),
        report.incarnation(),
        report.at(),
        report.execution(),
        report.fence(),
        report.result(),
        report.reason(),
        permanent,
        report.outputsHash());
  }

  private static void wronglyRefused(Draft draft) {
    Call.Answered answer =
        draft.first(
            Call.Answered.class,
            one ->
                one.state().equals("PAUSED")
                    && draft.invoked(one.operation()).verb() == Call.Verb.PAUSE
                    && draft
                        .each(Fact.class)
                        .noneMatch(
                            fact ->
                                fact.cause() instanceof Cause.Command command
                                    && command
                                        .requestId()
                                        .equals(draft.invoked(one.operation()).requestId())));
    draft.replace(
        answer,
        new Call.Refused(
            answer.operation(),
            answer.at(),
            "FAILED_PRECONDITION",
            "RUN_STATE_CONFLICT",
            answer.node()));
  }

  private static void versionIgnored(Draft draft) {
    Call.Invoked call =
        draft.first(
            Call.Invoked.class,
            one ->
                one.expectedVersion().isPresent()
                    && draft
                        .each(Fact.class)
                        .anyMatch(
                            fact ->
                                fact.cause() instanceof Cause.Command command
                                    && command.requestId().equals(one.requestId()))
                    && draft
                        .each(Call.Answered.class)
                        .anyMatch(answer -> answer.operation().equals(one.operation())));
    draft.replace(
        call,
        new Call.Invoked(
            call.operation(),
            call.client(),
            call.at(),
            call.verb(),
            call.requestId(),
            call.entity(),
            call.bodyHash(),
            OptionalLong.of(call.expectedVersion().orElseThrow() + 3),
            0));
  }

  private static void pausedAtWork(Draft draft) {
    Fact paused = draft.fact(Change.Paused.class, one -> endBefore(draft, one).isPresent());
    Fact end = endBefore(draft, paused).orElseThrow();
    draft.replace(end, ordered(end, paused.ordering() + 1));
  }

  /** The end of a task of a run that was at work before the run was paused. */
  private static Optional<Fact> endBefore(Draft draft, Fact paused) {
    return draft
        .family(run(paused))
        .filter(fact -> fact.change() instanceof Change.Ended && fact.before().equals("RUNNING"))
        .filter(fact -> fact.ordering() < paused.ordering())
        .findFirst();
  }

  private static void beginsAnewUnasked(Draft draft) {
    Fact end =
        draft.fact(
            Change.Ended.class,
            one -> one.sequence() == 2 && draft.before(one).change() instanceof Change.Leased);
    Change.Leased first = (Change.Leased) draft.before(end).change();
    draft.insert(
        end,
        moved(
            end,
            end.after(),
            "RUNNING",
            new Change.Leased(
                first.fence() + 1,
                first.round() + 1,
                1,
                "EXECUTE",
                first.worker(),
                first.incarnation(),
                "",
                OptionalInt.empty(),
                "")));
  }

  private static void continuesWhileRunning(Draft draft) {
    Fact created = draft.fact(Change.RunCreated.class, _ -> true);
    draft.insert(
        created,
        moved(
            caused(created, new Cause.Command("r-new", "", "someone")),
            "RUNNING",
            "RUNNING",
            new Change.Continued()));
    draft.operation(
        "o-new", "r-new", Call.Verb.CONTINUE, created.entity(), created.at(), 2, "RUNNING");
  }

  /** A run ends otherwise, and everybody shows it so. */
  private static void end(Draft draft, Fact end, String status, String reason) {
    draft.replace(
        end,
        moved(
            end,
            end.before(),
            status,
            new Change.RunEnded(status, reason, OptionalInt.empty(), "none")));
    draft.edit(
        Final.Run.class,
        head -> head.run().equals(run(end)),
        head -> new Final.Run(head.run(), head.sequence(), status, reason));
    draft.edit(
        Final.Listed.class,
        head -> head.run().equals(run(end)),
        head -> new Final.Listed(head.run(), head.sequence(), status));
    draft.edit(
        Final.RunRow.class,
        row -> row.run().equals(run(end)),
        row ->
            new Final.RunRow(
                row.run(),
                row.definition(),
                row.definitionVersion(),
                row.definitionHash(),
                status,
                true,
                reason,
                row.endedAt(),
                row.total(),
                row.succeeded(),
                row.failed(),
                row.terminated(),
                row.skipped(),
                row.sequence()));
  }

  private static Final.RunRow older(Final.RunRow row) {
    return new Final.RunRow(
        row.run(),
        row.definition(),
        row.definitionVersion(),
        row.definitionHash(),
        "RUNNING",
        false,
        "",
        OptionalLong.empty(),
        row.total(),
        row.succeeded(),
        row.failed(),
        row.terminated(),
        row.skipped(),
        row.sequence() - 1);
  }

  private static void childLeftRunning(Draft draft) {
    Fact end =
        draft.fact(
            Change.Ended.class,
            one ->
                one.before().equals("TERMINATING")
                    && draft.at("run|" + run(one), 1).isPresent()
                    && draft
                        .each(Fact.class)
                        .anyMatch(
                            fact ->
                                fact.entity().equals("run|" + run(one))
                                    && fact.change() instanceof Change.StepsEnded(var ends)
                                    && ends.size() == 1
                                    && one.entity().endsWith("/" + ends.getFirst().task() + "/0")));
    Fact steps =
        draft.fact(
            Change.StepsEnded.class,
            fact ->
                fact.entity().equals("run|" + run(end))
                    && end.entity()
                        .endsWith(
                            "/"
                                + ((Change.StepsEnded) fact.change()).ends().getFirst().task()
                                + "/0"));
    draft.remove(end).erase(steps);
  }

  private static boolean single(Fact fact) {
    return fact.change() instanceof Change.StepsEnded(var ends) && ends.size() == 1;
  }

  private static Change.StepEnd fenced(Change.StepEnd end, long fence) {
    return new Change.StepEnd(
        end.task(),
        end.index(),
        end.outcome(),
        end.reason(),
        end.attempt(),
        fence,
        end.worker(),
        end.startedAt(),
        end.endedAt(),
        end.outputsHash());
  }

  /** The lease of an execution's second attempt, after a failure that its worker reported. */
  private static Fact secondLease(Draft draft) {
    return draft.fact(
        Change.Leased.class,
        one ->
            one.sequence() == 3
                && draft.before(one).cause() instanceof Cause.Report
                && reason(draft.before(one)).equals("EXIT_CODE"));
  }

  private static String reason(Fact fact) {
    return fact.change() instanceof Change.AttemptFailed failed ? failed.reason() : "";
  }

  private static void fenceNotRaised(Draft draft) {
    Fact again = secondLease(draft);
    long fence = lease(again).fence();
    draft.replace(again, changed(again, lease(lease(again), fence - 1, lease(again).attempt())));
    draft.edit(
        Work.Leased.class,
        got -> got.execution().equals(bare(again)) && got.fence() == fence,
        got ->
            new Work.Leased(
                got.worker(),
                got.incarnation(),
                got.at(),
                got.execution(),
                fence - 1,
                got.round(),
                got.attempt(),
                got.operation()));
  }

  private static void lowerFenceStored(Draft draft) {
    Fact end =
        draft.fact(
            Change.Ended.class,
            one -> one.after().equals("SUCCEEDED") && ((Change.Ended) one.change()).fence() == 2);
    Cause.Report cause = (Cause.Report) end.cause();
    draft.replace(
        end,
        changed(
            caused(end, new Cause.Report(cause.worker(), 1)),
            new Change.Ended(1, "SUCCEEDED", "", ((Change.Ended) end.change()).outputsHash())));
  }

  private static void leasedTwice(Draft draft) {
    Fact first =
        draft.fact(
            Change.Leased.class,
            one -> one.sequence() == 1 && draft.journal(one.entity()).size() == 2);
    Change.Leased lease = lease(first);
    draft.insert(
        first,
        moved(
            first,
            "RUNNING",
            "RUNNING",
            new Change.Leased(
                lease.fence() + 1,
                0,
                2,
                "RETRY",
                "w4",
                lease.incarnation(),
                "",
                OptionalInt.empty(),
                "")));
  }

  private static void zombieActs(Draft draft) {
    Effect later = draft.first(Effect.class, one -> one.fence() > 1);
    draft.follow(
        later,
        new Effect(
            later.key() + " again",
            later.execution(),
            later.fence() - 1,
            later.at() + 1_000,
            Effect.Answer.APPLIED));
  }

  private static void leaseBeforePersist(Draft draft) {
    Work.Leased got =
        draft.first(
            Work.Leased.class,
            one ->
                draft.journal("execution|" + one.execution()).getLast().change()
                    instanceof Change.Ended);
    draft.follow(
        got,
        new Work.Leased(
            got.worker(),
            got.incarnation(),
            got.at(),
            got.execution(),
            got.fence() + 40,
            0,
            got.attempt() + 40,
            "RETRY"));
  }

  private static Change.AttemptFailed due(Change.AttemptFailed failed, long at) {
    return new Change.AttemptFailed(failed.fence(), failed.status(), failed.reason(), at);
  }

  /** Gives the task of a fact's execution another number of attempts. */
  private static void retries(Draft draft, Fact fact, UnaryOperator<Integer> most) {
    String task = bare(fact).split("/", -1)[1];
    Definition graph = draft.definition(run(fact));
    List<Definition.Task> tasks = new ArrayList<>();
    for (Definition.Task one : graph.tasks()) {
      Definition.Retry retry = one.retry();
      tasks.add(
          !one.name().equals(task)
              ? one
              : new Definition.Task(
                  one.index(),
                  one.name(),
                  one.needs(),
                  one.group(),
                  one.timeout(),
                  one.grace(),
                  new Definition.Retry(
                      most.apply(retry.maxAttempts()),
                      retry.forgivenLosses(),
                      retry.initial(),
                      retry.factor(),
                      retry.most()),
                  one.effect(),
                  one.undo(),
                  one.cleanUp()));
    }
    draft.replace(
        graph,
        new Definition(
            graph.hash(),
            graph.entity(),
            graph.profile(),
            graph.timeout(),
            graph.maxInFlight(),
            tasks));
  }

  private static Definition limited(Definition graph, int most) {
    return new Definition(
        graph.hash(), graph.entity(), graph.profile(), graph.timeout(), most, graph.tasks());
  }

  private static Work.SessionBegan slots(Work.SessionBegan session, String group, int slots) {
    return new Work.SessionBegan(
        session.worker(),
        session.incarnation(),
        session.at(),
        session.node(),
        group,
        slots,
        session.held());
  }

  private static void beforeItsNeeds(Draft draft) {
    Fact lease =
        draft.fact(
            Change.Leased.class,
            one -> one.entity().endsWith("/t1/0") && one.sequence() == 1 && needs(draft, one));
    Fact created = draft.at("run|" + run(lease), 1).orElseThrow();
    draft.replace(lease, ordered(lease, created.ordering() + 1));
  }

  private static boolean needs(Draft draft, Fact lease) {
    String task = bare(lease).split("/", -1)[1];
    return draft.definition(run(lease)).tasks().stream()
        .anyMatch(one -> one.name().equals(task) && !one.needs().isEmpty());
  }

  private static Change.Leased hashed(Change.Leased lease, String hash) {
    return new Change.Leased(
        lease.fence(),
        lease.round(),
        lease.attempt(),
        lease.operation(),
        lease.worker(),
        lease.incarnation(),
        hash,
        lease.taskIndex(),
        lease.inputsHash());
  }

  /** In a run that failed at once, a task that was released with the failed one begins later. */
  private static void beginsAfterFailure(Draft draft) {
    Fact failure =
        draft.fact(
            Change.StepsEnded.class,
            one ->
                one.before().equals("RUNNING")
                    && one.change() instanceof Change.StepsEnded(var ends)
                    && ends.stream().anyMatch(end -> end.outcome().equals("FAILED"))
                    && draft.definition(run(one)).tasks().size() > 3
                    && draft.journal("execution|" + run(one) + "/t3/0").isEmpty());
    Fact lease = draft.fact(Change.Leased.class, one -> one.sequence() == 1);
    draft.add(
        new Fact(
            "execution|" + run(failure) + "/t3/0",
            1,
            1,
            1,
            failure.ordering() + 1,
            "someone",
            failure.at() + 60 * SECOND,
            "",
            "RUNNING",
            new Cause.Parent(run(failure)),
            lease.change()));
  }

  private static void leasedWhilePaused(Draft draft) {
    Fact paused = draft.fact(Change.Paused.class, one -> leasedAfter(draft, one).isPresent());
    Fact lease = leasedAfter(draft, paused).orElseThrow();
    draft.replace(lease, timed(ordered(lease, paused.ordering() + 1), paused.at()));
  }

  /** The first lease of an execution that began only after the run went on. */
  private static Optional<Fact> leasedAfter(Draft draft, Fact paused) {
    return draft
        .family(run(paused))
        .filter(
            fact ->
                fact.change() instanceof Change.Leased
                    && fact.sequence() == 1
                    && fact.ordering() > paused.ordering())
        .findFirst();
  }

  /** The answer to the pause comes before a lease that was given before the run was paused. */
  private static void pauseAnsweredTooEarly(Draft draft) {
    Fact began =
        draft.fact(
            Change.PauseBegan.class,
            one ->
                draft.answerTo(one).isPresent()
                    && draft.after(one).isPresent()
                    && draft
                        .family(run(one))
                        .anyMatch(
                            fact ->
                                fact.change() instanceof Change.Leased
                                    && fact.ordering() < one.ordering()));
    Call.Answered answer = draft.answerTo(began).orElseThrow();
    Fact lease =
        draft
            .family(run(began))
            .filter(
                fact ->
                    fact.change() instanceof Change.Leased && fact.ordering() < began.ordering())
            .findFirst()
            .orElseThrow();
    draft.replace(lease, timed(lease, answer.at() + SECOND));
  }

  private static boolean began(Draft draft, Work.StopReceived stop) {
    return draft
            .each(Work.Began.class)
            .anyMatch(
                one ->
                    one.execution().equals(stop.execution())
                        && one.fence() == stop.fence()
                        && one.incarnation().equals(stop.incarnation()))
        && draft
            .each(Work.ProcessDied.class)
            .noneMatch(died -> died.incarnation().equals(stop.incarnation()));
  }

  /** A run's definition has a timeout that nobody minded. */
  private static void deadline(Draft draft, Fact created, long timeout) {
    Change.RunCreated begin = (Change.RunCreated) created.change();
    draft.replace(
        created,
        changed(
            created,
            new Change.RunCreated(
                begin.definition(),
                begin.definitionVersion(),
                begin.definitionHash(),
                begin.tasks(),
                begin.requestId(),
                begin.bodyHash(),
                OptionalLong.of(created.at() + timeout))));
    // It is not what its definition says either; both are D-4.
  }

  private static boolean died(Draft draft, Fact leased) {
    return draft
        .each(Work.ProcessDied.class)
        .anyMatch(died -> died.incarnation().equals(lease(leased).incarnation()));
  }

  private static void pausedTwice(Draft draft) {
    Fact paused = draft.fact(Change.Paused.class, _ -> true);
    draft.insert(
        paused,
        moved(
            caused(paused, new Cause.Command("r-new", "", "someone")),
            "PAUSED",
            "PAUSING",
            new Change.PauseBegan(false)));
    draft.operation(
        "o-new",
        "r-new",
        Call.Verb.PAUSE,
        paused.entity(),
        paused.at(),
        paused.sequence() + 1,
        "PAUSING");
  }

  /** A message in the middle of an entity's life. */
  private static Watch.Delivered middle(Draft draft) {
    return draft.first(
        Watch.Delivered.class,
        one ->
            one.subscription().equals("all-1")
                && one.sequence() == 2
                && draft.stream("all-1").stream()
                    .anyMatch(
                        other ->
                            other instanceof Watch.Delivered next
                                && next.entity().equals(one.entity())
                                && next.sequence() == 3));
  }

  /** The first message of a stream that went on with a cursor. */
  private static Watch.Delivered firstAgain(Draft draft) {
    Set<String> resumed = new HashSet<>();
    draft
        .each(Watch.Subscribed.class)
        .filter(
            opened -> opened.from() == Watch.From.CURSOR && opened.subscriber().equals("restless"))
        .forEach(opened -> resumed.add(opened.subscription()));
    Map<String, Watch.Delivered> first = new HashMap<>();
    draft
        .each(Watch.Delivered.class)
        .filter(message -> resumed.contains(message.subscription()))
        .forEach(message -> first.putIfAbsent(message.subscription(), message));
    return first.values().stream()
        .filter(
            message ->
                message.sequence() > 1
                    && draft.stream(message.subscription()).stream()
                        .anyMatch(
                            other ->
                                other instanceof Watch.Delivered later
                                    && later.entity().equals(message.entity())
                                    && later.sequence() == message.sequence() + 1))
        .min(Comparator.comparingLong(Watch.Delivered::at))
        .orElseThrow();
  }

  private static void oneBack(Draft draft) {
    Watch.Subscribed opened =
        draft.first(
            Watch.Subscribed.class,
            one ->
                one.from() == Watch.From.CURSOR
                    && one.subscriber().equals("restless")
                    && draft
                        .each(Watch.Delivered.class)
                        .anyMatch(
                            message ->
                                message.cursor().equals(one.cursor())
                                    && message.subscription().startsWith("restless")));
    Watch.Delivered last =
        draft.first(
            Watch.Delivered.class,
            message ->
                message.cursor().equals(opened.cursor())
                    && message.subscription().startsWith("restless"));
    draft.follow(
        opened,
        new Watch.Delivered(
            opened.subscription(),
            opened.at() + 1_000,
            last.entity(),
            last.sequence(),
            last.shown(),
            last.cursor()));
  }

  private static String lastOf(Draft draft, String subscriber) {
    return draft
        .each(Watch.Subscribed.class)
        .filter(opened -> opened.subscriber().equals(subscriber))
        .reduce((_, later) -> later)
        .orElseThrow()
        .subscription();
  }

  private static Watch.Delivered deliveryOf(Draft draft, Fact fact) {
    return draft.first(
        Watch.Delivered.class,
        one ->
            one.subscription().startsWith("all-")
                && one.entity().equals(fact.entity())
                && one.sequence() == fact.sequence());
  }

  private static void chunkTwice(Draft draft) {
    Log.Section section = draft.first(Log.Section.class, one -> one.lines() >= 2 && one.complete());
    List<Log.Stored> lines =
        draft
            .each(Log.Stored.class)
            .filter(
                line ->
                    line.execution().equals(section.execution()) && line.fence() == section.fence())
            .toList();
    lines.forEach(draft::add);
    draft.replace(
        section,
        new Log.Section(
            section.execution(), section.fence(), section.lines() * 2, true, false, true));
  }

  /** Puts what another work wrote in the place of a stored line. */
  private static void strayLine(Draft draft, BiPredicate<Log.Stored, Log.Produced> from) {
    Predicate<Log.Stored> has =
        line ->
            !line.own() && draft.each(Log.Produced.class).anyMatch(other -> from.test(line, other));
    Log.Stored line = draft.first(Log.Stored.class, has);
    Log.Produced other = draft.first(Log.Produced.class, one -> from.test(line, one));
    draft.replace(
        line, new Log.Stored(line.execution(), line.fence(), line.line(), other.hash(), false));
  }

  private static void hardlyComesBack(Draft draft) {
    // After the last fault there is no driver left that could notice.
    long healed = draft.each(Fault.Ended.class).mapToLong(Fault.Ended::at).min().orElseThrow();
    lose(draft, healed, count -> count % 10 != 0);
  }

  private static void neverComesBack(Draft draft) {
    long healed = draft.each(Fault.Ended.class).mapToLong(Fault.Ended::at).max().orElseThrow();
    lose(draft, healed, _ -> true);
  }

  /** Of the answers in the half minute after this these get lost. */
  private static void lose(Draft draft, long healed, Predicate<Integer> lost) {
    Set<String> after = new HashSet<>();
    draft
        .each(Call.Invoked.class)
        .filter(call -> call.at() >= healed && call.at() < healed + 30 * SECOND)
        .forEach(call -> after.add(call.operation()));
    int[] count = {0};
    Set<String> losing = new HashSet<>();
    draft
        .each(Call.class)
        .filter(call -> call instanceof Call.Answered || call instanceof Call.Refused)
        .filter(call -> after.contains(call.operation()))
        .forEach(
            call -> {
              if (lost.test(count[0]++)) {
                losing.add(call.operation());
              }
            });
    draft.removeAll(
        seen ->
            (seen instanceof Call.Answered || seen instanceof Call.Refused)
                && losing.contains(((Call) seen).operation()));
  }
}
