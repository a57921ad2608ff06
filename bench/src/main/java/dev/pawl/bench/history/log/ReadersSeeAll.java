package dev.pawl.bench.history.log;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Log;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.Section;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** G-2. */
public final class ReadersSeeAll extends Invariant {
  public ReadersSeeAll() {
    super(
        "G-2",
        "a reader gets the lines of a section as they are stored, 1, 2, 3 ..., over all its"
            + " streams, and all of them when it reads to the end and the worker ended the"
            + " attempt");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    Map<String, List<Section>> byRun = new HashMap<>();
    for (Section section : evidence.sections()) {
      byRun.computeIfAbsent(Names.run(section.execution()), _ -> new ArrayList<>()).add(section);
    }
    evidence.readers().forEach((reader, logs) -> judge(evidence, byRun, reader, logs, findings));
  }

  private static void judge(
      Evidence evidence,
      Map<String, List<Section>> byRun,
      String reader,
      List<Log> logs,
      Findings findings) {
    Map<String, Log.Read> last = new HashMap<>();
    for (Log log : logs) {
      switch (log) {
        case Log.TailBegan began -> {
          if (began.resumed()) {
            findings.seen("resumed");
          } else {
            last.clear();
          }
        }
        case Log.Read read -> {
          findings.judged();
          line(
              evidence,
              reader,
              Optional.ofNullable(last.put(read.execution() + "#" + read.fence(), read)),
              read,
              findings);
        }
        case Log.TailEnded end -> {
          if (end.complete()) {
            for (Section section : byRun.getOrDefault(end.run(), List.of())) {
              end(evidence, reader, last, section, end, findings);
            }
          }
        }
        case Log.Produced _, Log.Stored _, Log.Section _ -> {}
      }
    }
  }

  private static void line(
      Evidence evidence,
      String reader,
      Optional<Log.Read> before,
      Log.Read read,
      Findings findings) {
    long expected = before.map(Log.Read::line).orElse(0L) + 1;
    if (read.line() != expected) {
      findings.violated(
          reader,
          "of %s under fence %d line %d came where line %d was due"
              .formatted(read.execution(), read.fence(), read.line(), expected),
          before.map(line -> new Log.Read[] {line, read}).orElseGet(() -> new Log.Read[] {read}));
      return;
    }
    List<Log.Stored> stored =
        evidence.findSection(read.execution(), read.fence()).map(Section::stored).orElse(List.of());
    if (stored.isEmpty()) {
      // Its lines were not asked for in the end: G-3 and G-4 still know who wrote this one.
      return;
    }
    Optional<Log.Stored> same =
        read.line() <= stored.size()
            ? Optional.of(stored.get((int) read.line() - 1))
            : Optional.empty();
    if (same.isEmpty()) {
      findings.violated(
          reader,
          "line %d of %s under fence %d was read and is not stored"
              .formatted(read.line(), read.execution(), read.fence()),
          read);
    } else if (!same.get().hash().equals(read.hash())) {
      findings.violated(
          reader,
          "line %d of %s under fence %d was read otherwise than it is stored"
              .formatted(read.line(), read.execution(), read.fence()),
          read,
          same.get());
    }
  }

  private static void end(
      Evidence evidence,
      String reader,
      Map<String, Log.Read> last,
      Section section,
      Log.TailEnded end,
      Findings findings) {
    if (section.end().isEmpty() || beganAfter(evidence, section, end)) {
      return;
    }
    long lines = section.end().get().lines();
    Log.Read read = last.get(section.execution() + "#" + section.fence());
    long got = read == null ? 0 : read.line();
    if (got < lines && !(reported(evidence, section) && inReach(evidence, section, end))) {
      // The worker was out of reach, so nobody knew of its last lines. They came with the worker.
      findings.seen("late");
    } else if (got < lines) {
      findings.violated(
          reader,
          "the server ended its stream after line %d of %s under fence %d, which has %d"
              .formatted(got, section.execution(), section.fence(), lines),
          section.end().get(),
          end);
    }
  }

  /** Whether the run had ended then, and went on later: the stream ended with the run. */
  private static boolean beganAfter(Evidence evidence, Section section, Log.TailEnded end) {
    return evidence.execution(section.execution()).stream()
        .flatMap(execution -> execution.journal().facts().stream())
        .anyMatch(
            fact ->
                fact.change() instanceof Change.Leased lease
                    && lease.fence() == section.fence()
                    && fact.at() > end.at());
  }

  /**
   * Whether no later attempt that had begun when the stream ended was given up without a word of
   * its worker: one that is away sends nothing of what it did before, either.
   */
  private static boolean inReach(Evidence evidence, Section section, Log.TailEnded end) {
    return evidence.execution(section.execution()).stream()
        .flatMap(execution -> execution.journal().facts().stream())
        .filter(fact -> fact.at() <= end.at())
        .noneMatch(
            fact ->
                fact.change() instanceof Change.Ended ended
                    && ended.fence() > section.fence()
                    && !(fact.cause() instanceof Cause.Report));
  }

  /** Whether the worker itself ended the attempt, and so said what its last line is. */
  private static boolean reported(Evidence evidence, Section section) {
    return evidence.execution(section.execution()).stream()
        .flatMap(execution -> execution.journal().facts().stream())
        .anyMatch(
            fact ->
                fact.cause() instanceof Cause.Report report && report.fence() == section.fence());
  }
}
