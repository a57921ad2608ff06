package dev.pawl.bench.history;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** One observation of each kind, with each cause and each change. */
final class Samples {
  private static final String RUN = "run|r1";
  private static final String EXECUTION = "r1/fetch/0";
  private static final Cause COMMAND = new Cause.Command("q1", "ab01", "anna");
  private static final Cause PARENT = new Cause.Parent("r1");
  private static final Cause REPORT = new Cause.Report("w1", 2);
  private static final Cause TIMER = new Cause.Timer("RUN_TIMEOUT");

  private Samples() {}

  static final History HISTORY =
      new History(
          new Manifest(
              1,
              4711,
              "pawl chaos --number 4711",
              List.of("127.0.0.1:7171", "127.0.0.2:7171"),
              1_000_000,
              9_000_000,
              Set.of(Fault.Kind.KILL),
              Manifest.Settings.of(60_000_000, 15_000_000),
              Map.of("ok", 100L)),
          List.of(
              new Call.Invoked(
                  "o1", "c1", 1, Call.Verb.PAUSE, "q1", RUN, "b1", OptionalLong.of(3), 0),
              new Call.Invoked("o2", "c1", 2, Call.Verb.LIST, "", RUN, "", OptionalLong.empty(), 3),
              new Call.Invoked(
                  "o5",
                  "c1",
                  2,
                  Call.Verb.STEP_STOP,
                  "q5",
                  RUN,
                  "load",
                  "b5",
                  OptionalLong.empty(),
                  0),
              new Call.Answered("o1", 3, RUN, 4, "PAUSING", "127.0.0.1:7171"),
              new Call.Refused("o3", 4, "ABORTED", "VERSION_MISMATCH", ""),
              new Call.Unanswered("o4", 5, "UNAVAILABLE", "connection reset"),
              new Definition(
                  "h1",
                  "workflow|default/daily",
                  "OFFLINE",
                  OptionalLong.of(60_000_000),
                  1_000,
                  List.of(
                      new Definition.Task(
                          0,
                          "fetch",
                          List.of(),
                          "default",
                          OptionalLong.empty(),
                          10_000_000,
                          new Definition.Retry(3, 3, 1_000_000, 2.5, 600_000_000),
                          Definition.EffectKind.IDEMPOTENT),
                      new Definition.Task(
                          1,
                          "load",
                          List.of(0),
                          "hosts",
                          OptionalLong.of(5_000_000),
                          0,
                          new Definition.Retry(1, 0, 1_000_000, 1, 1_000_000),
                          Definition.EffectKind.NONE,
                          Optional.of(new Definition.Extra(OptionalLong.of(7_000_000), 1_000)),
                          Optional.of(new Definition.Extra(OptionalLong.empty(), 2_000))))),
              fact("workflow|default/daily", "", "ACTIVE", COMMAND, new Change.Submitted(1, "h1")),
              fact(
                  RUN,
                  "",
                  "RUNNING",
                  COMMAND,
                  new Change.RunCreated(
                      "workflow|default/daily", 1, "h1", 2, "q1", "ab01", OptionalLong.of(99))),
              fact(RUN, "RUNNING", "PAUSING", COMMAND, new Change.PauseBegan(false)),
              fact(RUN, "PAUSING", "PAUSED", PARENT, new Change.Paused()),
              fact(RUN, "PAUSED", "RUNNING", COMMAND, new Change.Continued()),
              fact(RUN, "FAILED", "RUNNING", COMMAND, new Change.WentOn("RETRIED", List.of(0, 1))),
              fact(
                  RUN,
                  "FAILED",
                  "RUNNING",
                  COMMAND,
                  new Change.StepPassed(
                      new Change.StepEnd(
                          "fetch", 0, "SUCCEEDED", "", 2, 2, "w1", OptionalLong.of(7), 8, "none"))),
              fact(RUN, "FAILED", "SUCCEEDED", COMMAND, new Change.RunPassed()),
              fact(RUN, "RUNNING", "RUNNING", COMMAND, new Change.StepStopBegan(1, true)),
              fact(RUN, "RUNNING", "RUNNING", PARENT, new Change.LockLost()),
              fact(
                  "execution|" + EXECUTION,
                  "TERMINATING",
                  "TERMINATING",
                  REPORT,
                  new Change.Stopped(2, "STOPPED")),
              fact("execution|" + EXECUTION, "RUNNING", "RETRY_WAIT", PARENT, new Change.Undone(2)),
              fact(RUN, "RUNNING", "TERMINATING", TIMER, new Change.RunStopBegan("RUN_TIMED_OUT")),
              fact(
                  RUN,
                  "RUNNING",
                  "RUNNING",
                  PARENT,
                  new Change.StepsEnded(
                      List.of(
                          new Change.StepEnd(
                              "fetch",
                              0,
                              "FAILED",
                              "EXIT_CODE",
                              2,
                              2,
                              "w1",
                              OptionalLong.of(7),
                              8,
                              "none")))),
              fact(
                  RUN,
                  "RUNNING",
                  "FAILED",
                  PARENT,
                  new Change.RunEnded("FAILED", "TASK_FAILED", OptionalInt.of(0), "none")),
              fact(
                  "execution|" + EXECUTION,
                  "",
                  "RUNNING",
                  PARENT,
                  new Change.Leased(
                      1, 0, 1, "EXECUTE", "w1", "i1", "h1", OptionalInt.of(0), "none")),
              fact(
                  "execution|" + EXECUTION,
                  "RUNNING",
                  "RETRY_WAIT",
                  REPORT,
                  new Change.AttemptFailed(1, "TIMED_OUT", "TIMED_OUT", 55)),
              fact(
                  "execution|" + EXECUTION,
                  "RUNNING",
                  "TERMINATING",
                  PARENT,
                  new Change.StopBegan(2, "STOPPED")),
              fact(
                  "execution|" + EXECUTION,
                  "TERMINATING",
                  "TERMINATED",
                  REPORT,
                  new Change.Ended(2, "TERMINATED", "STOPPED", "none")),
              new Work.SessionBegan(
                  "w1",
                  "i1",
                  1,
                  "127.0.0.1:7171",
                  "default",
                  8,
                  List.of(new Work.Held(EXECUTION, 1))),
              new Work.Leased("w1", "i1", 2, EXECUTION, 1, 0, 1, "EXECUTE"),
              new Work.Began("w1", "i1", 3, EXECUTION, 1),
              new Work.Acted("w1", "i1", 4, EXECUTION, 1, EXECUTION),
              new Work.Ended("w1", "i1", 5, EXECUTION, 1),
              new Work.Reported("w1", "i1", 6, EXECUTION, 1, "FAILED", "EXIT_CODE", true, "none"),
              new Work.Acknowledged("w1", "i1", 7, EXECUTION, 1, false),
              new Work.StopReceived("w1", "i1", 8, EXECUTION, 2, 10_000_000, false, false),
              new Work.ProcessDied("w1", "i1", 9),
              new Effect(EXECUTION, EXECUTION, 1, 4, Effect.Answer.APPLIED),
              new Watch.Subscribed(
                  "s1",
                  "all",
                  1,
                  "127.0.0.1:7171",
                  Watch.From.CURSOR,
                  "c0",
                  Watch.Mode.FULL,
                  Set.of("run"),
                  Set.of("r1")),
              new Watch.SnapshotRow("s1", 2, "r1", 3, "RUNNING"),
              new Watch.SnapshotEnd("s1", 3, "c1"),
              new Watch.Delivered("s1", 4, RUN, 4, "17 RUNNING>PAUSING RunMoved by \"x\"", "c2"),
              new Watch.Bookmark("s1", 5, "c3"),
              new Watch.Closed(
                  "s1", 6, Watch.End.SERVER, "RESOURCE_EXHAUSTED READER_TOO_SLOW", "c3"),
              new Log.Produced(EXECUTION, 1, "l1", 4),
              new Log.Stored(EXECUTION, 1, 1, "l1", false),
              new Log.Section(EXECUTION, 1, 1, true, false, true),
              new Log.TailBegan("t1", "r1", 1, true, "127.0.0.1:7171"),
              new Log.Read("t1", EXECUTION, 1, 1, "l1", false, 5),
              new Log.TailEnded("t1", "r1", 6, true, ""),
              new Fault.Began("f1", 1, Fault.Kind.KILL, "127.0.0.2:7171", "SIGKILL"),
              new Fault.Ended("f1", 2, true, "member 127.0.0.2:7171 was removed after 5.1 s"),
              new Final.Settled(8, 9),
              new Final.Run("r1", 6, "FAILED", "TASK_FAILED"),
              new Final.Step("r1", 0, "fetch", "FAILED", 2, 2),
              new Final.Listed("r1", 6, "FAILED"),
              new Final.RunRow(
                  "r1",
                  "workflow|default/daily",
                  1,
                  "h1",
                  "FAILED",
                  true,
                  "TASK_FAILED",
                  OptionalLong.of(8),
                  2,
                  0,
                  1,
                  0,
                  0,
                  6),
              new Final.DefinitionRow("workflow|default/daily", 1, "h1", 1),
              new Final.WakeRow(RUN),
              new Final.Worker("w1", "i1", "default", 8, 0),
              new Node.Sample("127.0.0.1:7171", 1, "heap-bytes", 7, OptionalLong.of(8)),
              new Node.Finding("127.0.0.1:7171", 2, Node.Kind.DEAD_LETTER, "Describe to run|r1")));

  private static Fact fact(String entity, String before, String after, Cause cause, Change change) {
    return new Fact(entity, 4, 1, 700, 42, "writer", 17, before, after, cause, change);
  }
}
