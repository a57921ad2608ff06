package dev.pawl.bench.history.log;

import dev.pawl.bench.history.Log;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Section;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.Iterator;
import java.util.List;

/** G-1. */
public final class StoredAsProduced extends Invariant {
  public StoredAsProduced() {
    super(
        "G-1",
        "what is stored of a log is numbered 1, 2, 3 ... and is what the work wrote, in its order,"
            + " all of it or up to an explicit mark");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (Section section : evidence.sections()) {
      if (section.end().isPresent() || !section.stored().isEmpty()) {
        findings.judged();
        judge(section, findings);
      }
    }
    for (Origins.Stray stray : Origins.strays(evidence)) {
      if (stray.origin().isEmpty() && stray.line() instanceof Log.Stored stored) {
        findings.violated(
            stored.execution(),
            "line %d under fence %d is stored, and nobody wrote it"
                .formatted(stored.line(), stored.fence()),
            stored);
      }
    }
  }

  private static void judge(Section section, Findings findings) {
    List<Log.Stored> stored = section.stored();
    Log.Stored before = null;
    long expected = 1;
    for (Log.Stored line : stored) {
      if (line.line() != expected) {
        String problem =
            line.line() < expected
                ? "line %d under fence %d is stored twice".formatted(line.line(), line.fence())
                : "under fence %d line %d is followed by line %d"
                    .formatted(line.fence(), expected - 1, line.line());
        if (before == null) {
          findings.violated(section.execution(), problem, line);
        } else {
          findings.violated(section.execution(), problem, before, line);
        }
        return;
      }
      before = line;
      expected++;
    }
    if (order(section, findings)) {
      whole(section, findings);
    }
  }

  /** Whether the stored lines of the work are a beginning of what it wrote. */
  private static boolean order(Section section, Findings findings) {
    Iterator<Log.Produced> produced = section.produced().iterator();
    for (Log.Stored line : section.stored()) {
      if (line.own()) {
        continue;
      }
      if (!produced.hasNext()) {
        findings.violated(
            section.execution(),
            "under fence %d more lines are stored than the work wrote".formatted(section.fence()),
            line);
        return false;
      }
      Log.Produced wanted = produced.next();
      if (!wanted.hash().equals(line.hash())) {
        findings.violated(
            section.execution(),
            "line %d under fence %d is not the one that the work wrote next"
                .formatted(line.line(), line.fence()),
            wanted,
            line);
        return false;
      }
    }
    return true;
  }

  private static void whole(Section section, Findings findings) {
    if (section.end().isEmpty()) {
      return;
    }
    Log.Section end = section.end().get();
    if (end.lines() != section.stored().size()) {
      findings.violated(
          section.execution(),
          "the section under fence %d says that it has %d lines, and %d are stored"
              .formatted(section.fence(), end.lines(), section.stored().size()),
          end);
      return;
    }
    long kept = section.stored().stream().filter(line -> !line.own()).count();
    long missing = section.produced().size() - kept;
    if (end.complete() && missing > 0 && !end.truncated()) {
      findings.violated(
          section.execution(),
          "under fence %d the last %d lines that the work wrote are missing, and no mark says so"
              .formatted(section.fence(), missing),
          section.produced().get((int) kept),
          end);
    }
  }
}
