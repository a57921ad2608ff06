package dev.pawl.bench.wrong;

import static net.bytebuddy.matcher.ElementMatchers.isBridge;
import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.nameEndsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.NullMarked;

/** A wrong behaviour that can be switched on in a node: one method of one class, rewritten. */
@NullMarked
public enum WrongBehaviour {
  STALE_REPORT(
      "a report under an old fence is taken for one of the current lease",
      "dev.pawl.engine.execution.ExecutionDecider",
      "held",
      2,
      WrongExecutions.StaleReport.class,
      "C-5",
      "A-7"),
  SAME_FENCE(
      "a further attempt is leased under the fence of the one before",
      "dev.pawl.engine.execution.ExecutionDecider",
      "grant",
      3,
      WrongExecutions.SameFence.class,
      "C-2"),
  ATTEMPT_FORGOTTEN(
      "the second attempt is numbered as the first",
      "dev.pawl.engine.execution.ExecutionDecider",
      "grant",
      3,
      WrongExecutions.FirstAgain.class,
      "C-7"),
  BACKOFF_IGNORED(
      "the next attempt does not wait",
      "dev.pawl.engine.definition.RetryPlan",
      "waitAfter",
      1,
      WrongExecutions.NoBackoff.class,
      "C-7"),
  ONE_ATTEMPT_MORE(
      "there is an attempt more than the policy gives",
      "dev.pawl.engine.execution.ExecutionDecider",
      "counted",
      4,
      WrongExecutions.OneAttemptMore.class,
      "C-7"),
  ONE_ATTEMPT_LESS(
      "an execution gives up one attempt early",
      "dev.pawl.engine.execution.ExecutionDecider",
      "counted",
      4,
      WrongExecutions.OneAttemptLess.class,
      "C-7"),
  PERMANENT_RETRIED(
      "a failure for good is tried again",
      "dev.pawl.engine.execution.ExecutionCommand$Fail",
      "permanent",
      0,
      WrongExecutions.NeverPermanent.class,
      "C-7"),
  OUTPUTS_OF_ANOTHER(
      "a success is stored with the outputs of another execution",
      "dev.pawl.engine.execution.ExecutionCommand$Succeed",
      "outputs",
      0,
      WrongExecutions.OutputsOfAnother.class,
      "A-7"),
  RETRY_IN_PAUSE(
      "a pause lets further attempts begin",
      "dev.pawl.engine.execution.ExecutionEntity",
      "mayBegin",
      1,
      WrongExecutions.RetryInPause.class,
      "D-1"),
  ATTEMPT_TIMEOUT_EARLY(
      "an attempt is timed out after half of its time",
      "dev.pawl.engine.execution.ExecutionEntity",
      "left",
      3,
      WrongExecutions.HalfTheTimeout.class,
      "D-4"),
  LEASE_TAKEN_FOR_LOST(
      "a lease is taken for lost while its worker lives",
      "dev.pawl.engine.execution.ExecutionWorld",
      "leasePatience",
      0,
      WrongExecutions.NoPatience.class,
      "D-4"),
  CLOCK_FALLS_BACK(
      "the time of a fact is before that of the one before it",
      "dev.pawl.engine.execution.ExecutionEntity",
      "now",
      1,
      WrongExecutions.ClockFallsBack.class,
      "D-5"),
  FAILURE_AS_SUCCESS(
      "a run is told that a task that failed has succeeded",
      "dev.pawl.engine.execution.Standings",
      "outcome",
      1,
      WrongExecutions.FailureAsSuccess.class,
      "B-8"),
  NEED_IGNORED(
      "a task begins before the last of its needs has succeeded",
      "dev.pawl.engine.run.Frontier",
      "<init>",
      3,
      WrongRuns.OneNeedLess.class,
      "C-11"),
  LIMIT_IGNORED(
      "more tasks of a run are in flight than it allows",
      "dev.pawl.engine.definition.Plan",
      "maxInFlight",
      0,
      WrongRuns.NoLimit.class,
      "C-8"),
  EXPECTED_VERSION_IGNORED(
      "an expected version is not looked at",
      "dev.pawl.engine.run.RunMessage$Execute",
      "expectedSequence",
      0,
      WrongRuns.AnyVersion.class,
      "A-8"),
  REQUESTS_FORGOTTEN(
      "no request is remembered, and a repeat acts again",
      "dev.pawl.engine.journal.Requests",
      "find",
      1,
      WrongRuns.Forgetful.class,
      "A-1",
      "A-4"),
  STOP_RELEASES(
      "a run that is stopped goes on to begin tasks",
      "dev.pawl.engine.run.Releases",
      "order",
      1,
      WrongRuns.StopReleases.class,
      "D-3"),
  FAILURE_RELEASES(
      "a run of which a task failed goes on to begin others",
      "dev.pawl.engine.run.Releases",
      "order",
      1,
      WrongRuns.FailureReleases.class,
      "C-14"),
  RUN_TIMEOUT_LOST(
      "a run's timeout never fires",
      "dev.pawl.engine.run.RunTimers",
      "until",
      1,
      WrongRuns.NoDeadline.class,
      "D-4"),
  PAUSE_STORED_AGAIN(
      "a pause of a paused run is stored",
      "dev.pawl.engine.run.RunRules",
      "decide",
      4,
      WrongRuns.PauseAgain.class,
      "D-7"),
  PAUSE_REFUSED(
      "a pause that is allowed is refused as a conflict",
      "dev.pawl.engine.run.RunRules",
      "decide",
      4,
      WrongRuns.PauseRefused.class,
      "A-8"),
  ANSWER_NAMES_ANOTHER_FACT(
      "an answer names another fact than the command left",
      "dev.pawl.engine.run.Callers",
      "awaitConfirmation",
      3,
      WrongRuns.AnotherFact.class,
      "A-1"),
  OLD_STATE_READ(
      "a read is answered from an old state",
      "dev.pawl.engine.run.Reads",
      "head",
      3,
      WrongRuns.OldState.class,
      "A-5"),
  MORE_THAN_ITS_SLOTS(
      "a worker is given more than it has slots",
      "dev.pawl.engine.worker.WorkerHello",
      "slots",
      0,
      WrongWorkers.MoreSlots.class,
      "C-8"),
  SLOT_LEAKS(
      "a slot stays busy when its work ended",
      "dev.pawl.engine.worker.WorkerGroup",
      "freed",
      3,
      WrongWorkers.SlotLeaks.class,
      "C-9"),
  WRONG_GROUP(
      "a task is leased to a worker of another group",
      "dev.pawl.engine.definition.TaskPlan",
      "group",
      0,
      WrongWorkers.OneGroup.class,
      "C-10"),
  LEASE_NOT_STORED(
      "a lease goes out that is not stored",
      "dev.pawl.engine.worker.WorkerLease",
      "<init>",
      10,
      WrongWorkers.AheadOfTheJournal.class,
      "C-6"),
  LEASE_TO_TWO(
      "a lease is given to two workers",
      "dev.pawl.engine.worker.WorkerSession",
      "deliver",
      1,
      WrongWorkers.ToTwo.class,
      "C-4",
      "C-6"),
  SUBMISSION_LOST(
      "a command is acknowledged before its fact is stored, and the fact is lost",
      "dev.pawl.engine.journal.JournalTable",
      "insert",
      3,
      WrongJournals.LosesSubmissions.class,
      "A-1"),
  REPORT_LOST(
      "a report is acknowledged before its fact is stored, and the fact is lost",
      "dev.pawl.engine.journal.JournalTable",
      "insert",
      3,
      WrongJournals.LosesReports.class,
      "B-1",
      "C-5"),
  REPLAY_DROPS_LAST(
      "the last fact of an execution is not replayed",
      "dev.pawl.engine.journal.PostgresJournal$PendingRead",
      "accept",
      1,
      WrongJournals.ReplayDropsLast.class,
      "B-6",
      "C-1"),
  VIEW_PASSES_OVER(
      "a fact is not applied to its row of the view",
      "dev.pawl.engine.view.ViewFold",
      "fold(Profile)",
      3,
      WrongJournals.ViewPassesOver.class,
      "B-7"),
  LIST_IGNORES_REVISION(
      "a list ignores the revision that it is handed",
      "dev.pawl.engine.view.Projector",
      "passed",
      1,
      WrongFeeds.AnyPlace.class,
      "A-6"),
  CURSOR_AHEAD(
      "a cursor points one row too far",
      "dev.pawl.api.watch.WatchCursors",
      "read",
      2,
      WrongFeeds.CursorAhead.class,
      "F-2"),
  CURSOR_BACK(
      "a cursor points one row back",
      "dev.pawl.api.watch.WatchCursors",
      "read",
      2,
      WrongFeeds.CursorBack.class,
      "F-2"),
  FEED_PASSES_OVER(
      "the feed passes over a fact",
      "dev.pawl.engine.feed.FeedWindow",
      "after",
      2,
      WrongFeeds.PassesOver.class,
      "F-1"),
  FEED_SHOWS_TWICE(
      "the feed shows a fact twice",
      "dev.pawl.engine.feed.FeedWindow",
      "after",
      2,
      WrongFeeds.ShowsTwice.class,
      "F-1"),
  FEED_FALLS_SILENT(
      "a subscription falls silent and stays open",
      "dev.pawl.engine.feed.PostgresFeed",
      "read",
      2,
      WrongFeeds.FallsSilent.class,
      "F-5"),
  LATE_COMMIT_PASSED_OVER(
      "a fact that commits late is passed over by the feed",
      "dev.pawl.engine.feed.JournalPages",
      "page",
      3,
      WrongFeeds.NoHorizon.class,
      "F-1",
      "F-5"),
  OUT_OF_SCOPE(
      "a fact out of a subscription's scope is shown",
      "dev.pawl.api.watch.WatchScope",
      "shows(FeedEntry)",
      1,
      WrongFeeds.OutOfScope.class,
      "F-4"),
  MESSAGE_SAYS_OTHERWISE(
      "a message says something else than its fact",
      "dev.pawl.api.watch.EventMapper",
      "begin",
      3,
      WrongFeeds.StateBefore.class,
      "F-3"),
  CHUNK_STORED_TWICE(
      "a chunk of a log is stored twice",
      "dev.pawl.api.worker.LogPush",
      "chunk",
      2,
      WrongLogs.Twice.class,
      "G-1"),
  LINE_LOST(
      "the last line of a log is lost on the way",
      "dev.pawl.api.worker.LogPush",
      "chunk",
      2,
      WrongLogs.DropsLast.class,
      "G-1"),
  LINES_REVERSED(
      "the lines of a log are stored in another order",
      "dev.pawl.api.worker.LogPush",
      "chunk",
      2,
      WrongLogs.Reversed.class,
      "G-1"),
  LINE_OF_ANOTHER(
      "a line of one execution is in the log of another",
      "dev.pawl.api.worker.LogPush",
      "chunk",
      2,
      WrongLogs.OfAnother.class,
      "G-3"),
  LOG_READER_SKIPS(
      "a reader of logs is not given a line",
      "dev.pawl.api.log.LogLinesReader",
      "lines",
      2,
      WrongLogs.ReaderSkips.class,
      "G-2");

  private final String sentence;
  private final String type;
  private final String method;
  private final int parameters;
  private final Class<?> advice;
  private final List<String> meant;

  /**
   * @param method its name; where several have it and as many parameters, with the last one's type
   * @param advice what is put into it
   */
  WrongBehaviour(
      String sentence,
      String type,
      String method,
      int parameters,
      Class<?> advice,
      String... meant) {
    this.sentence = sentence;
    this.type = type;
    this.method = method;
    this.parameters = parameters;
    this.advice = advice;
    this.meant = List.of(meant);
  }

  /** What goes wrong. */
  public String sentence() {
    return sentence;
  }

  /** The class that is rewritten. */
  public String type() {
    return type;
  }

  /** Class and method, for who reads about it. */
  public String place() {
    String simple = type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
    return method.equals("<init>") ? "new " + simple : simple + "." + method;
  }

  /** The invariants that are meant for it: one of them must find it. */
  public List<String> meant() {
    return meant;
  }

  ElementMatcher<MethodDescription> methods() {
    int from = method.indexOf('(');
    String name = from < 0 ? method : method.substring(0, from);
    ElementMatcher.Junction<MethodDescription> called =
        name.equals("<init>") ? isConstructor() : named(name);
    if (from >= 0) {
      String last = method.substring(from + 1, method.length() - 1);
      called = called.and(takesArgument(parameters - 1, nameEndsWith(last)));
    }
    return called.and(takesArguments(parameters)).and(not(isBridge()));
  }

  /** What rewrites the class. */
  AsmVisitorWrapper rewriting() {
    return Advice.to(advice).on(methods());
  }
}
