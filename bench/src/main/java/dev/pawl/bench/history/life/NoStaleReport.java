package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Work;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.life.Attempts.Attempt;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** C-5. */
public final class NoStaleReport extends Invariant {
  public NoStaleReport() {
    super(
        "C-5",
        "a report is acknowledged as stored only when the attempt under its fence ended so, and not"
            + " once a newer lease was given, unless it is what closed the attempt");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      for (ExecutionCase execution : run.executions()) {
        if (!execution.work().isEmpty()) {
          judge(evidence, execution, findings);
        }
      }
    }
  }

  private static void judge(Evidence evidence, ExecutionCase execution, Findings findings) {
    Attempts attempts = Attempts.of(execution.journal().facts());
    Map<Long, Work.Reported> reports = new HashMap<>();
    for (Work.OfLease work : execution.work()) {
      if (work instanceof Work.Reported reported) {
        reports.put(reported.fence(), reported);
        if (superseded(evidence, attempts, reported) || closed(evidence, attempts, reported)) {
          findings.seen("stale");
        }
      } else if (work instanceof Work.Acknowledged answer) {
        findings.judged();
        if (!answer.stale()) {
          judge(
              evidence,
              execution,
              attempts,
              Optional.ofNullable(reports.get(answer.fence())),
              answer,
              findings);
        }
      }
    }
  }

  /** Whether a newer lease had been given when the report left. */
  private static boolean superseded(Evidence evidence, Attempts attempts, Work.Reported reported) {
    return attempts.all().stream()
        .anyMatch(
            attempt ->
                attempt.lease().fence() > reported.fence()
                    && attempt.began().at() + evidence.settings().clockTolerance() < reported.at());
  }

  /** Whether something other than a report had ended its attempt when the report left. */
  private static boolean closed(Evidence evidence, Attempts attempts, Work.Reported reported) {
    return attempts
        .under(reported.fence())
        .flatMap(Attempt::closing)
        .filter(closing -> !(closing.cause() instanceof Cause.Report))
        .filter(closing -> closing.at() + evidence.settings().clockTolerance() < reported.at())
        .isPresent();
  }

  private static void judge(
      Evidence evidence,
      ExecutionCase execution,
      Attempts attempts,
      Optional<Work.Reported> report,
      Work.Acknowledged answer,
      Findings findings) {
    Optional<Attempt> attempt = attempts.under(answer.fence());
    if (report.isEmpty()) {
      findings.violated(
          execution.entity(), "a report was acknowledged that had not been sent", answer);
      return;
    }
    if (attempt.isEmpty() || attempt.get().closing().isEmpty()) {
      findings.violated(
          execution.entity(),
          "the report under fence %d was acknowledged as stored, and nothing is stored of it"
              .formatted(answer.fence()),
          records(attempt.map(Attempt::began), report.get(), answer));
      return;
    }
    Fact closing = attempt.get().closing().get();
    boolean itsOwn =
        closing.cause() instanceof Cause.Report(var worker, var fence)
            && fence == answer.fence()
            && worker.equals(answer.worker());
    if (!agrees(report.get(), attempt.get())) {
      findings.violated(
          execution.entity(),
          "the report %s under fence %d was acknowledged as stored, but the attempt ended %s"
              .formatted(report.get().result(), answer.fence(), attempt.get().status()),
          report.get(),
          answer,
          closing);
    } else if (!itsOwn && superseded(evidence, attempts, report.get())) {
      findings.violated(
          execution.entity(),
          "a report under fence %d was acknowledged as stored after a newer lease had been given"
              .formatted(answer.fence()),
          report.get(),
          answer,
          closing);
    }
  }

  private static boolean agrees(Work.Reported report, Attempt attempt) {
    String status = attempt.status();
    return switch (attempt.lease().operation()) {
      // An execution was stopped, whatever its clean-up comes to.
      case "CANCEL" -> status.equals("TERMINATED");
      case "ROLLBACK" ->
          switch (report.result()) {
            // Stopped between its undo and its next attempt.
            case "SUCCEEDED" ->
                status.equals("ROLLED_BACK")
                    || status.equals("TERMINATED")
                        && attempt
                            .closing()
                            .filter(closing -> closing.before().equals("TERMINATING"))
                            .isPresent();
            case "STOPPED" ->
                status.equals("TERMINATED")
                    || status.equals("ROLLBACK_FAILED")
                    // One that nobody had told to stop has failed.
                    || status.equals("FAILED");
            default -> failed(status) || status.equals("ROLLBACK_FAILED");
          };
      default ->
          switch (report.result()) {
            case "SUCCEEDED" -> status.equals("SUCCEEDED");
            case "STOPPED" -> status.equals("TERMINATED");
            // What was closed as lost or timed out meanwhile has failed all the same.
            default -> failed(status);
          };
    };
  }

  private static boolean failed(String status) {
    return status.equals("FAILED") || status.equals("TIMED_OUT") || status.equals("TERMINATED");
  }

  private static Observation[] records(Optional<Fact> began, Observation... others) {
    return Stream.concat(began.stream(), Stream.of(others)).toArray(Observation[]::new);
  }
}
