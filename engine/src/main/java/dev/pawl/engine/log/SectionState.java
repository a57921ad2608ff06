package dev.pawl.engine.log;

import java.time.temporal.ChronoUnit;

/**
 * How far one section is stored, and what may follow.
 *
 * @param stored its row exists
 */
record SectionState(LogSection section, boolean stored) {

  /** What becomes of a chunk. */
  sealed interface Verdict {
    /** It goes on where the section stops: store it. */
    record Take(SectionState next) implements Verdict {}

    /** It would pass the limit: the section ends here, and says that lines are missing. */
    record Full(SectionState next) implements Verdict {}

    /** It is stored already. */
    record Known() implements Verdict {}

    /** Lines before it are missing, or it overlaps the end: send from the end on. */
    record Misfit() implements Verdict {}

    /** The section takes no more lines. */
    record Closed() implements Verdict {}
  }

  /** The section that a chunk begins, still without it. */
  static SectionState before(LogChunk chunk) {
    return new SectionState(
        new LogSection(
            chunk.key(),
            chunk.startedAt().truncatedTo(ChronoUnit.MICROS),
            chunk.round(),
            chunk.attempt(),
            chunk.operation(),
            chunk.worker(),
            0,
            0,
            false,
            false),
        false);
  }

  /** A section of this name without a line, and without a row. */
  static SectionState fresh(LogSection named) {
    return new SectionState(named, false).with(0, 0, false, false);
  }

  /** The last line that is stored; 0 when there is none. */
  long lines() {
    return section.lines();
  }

  /** What is stored so far, as the worker packed it. */
  long bytes() {
    return section.bytes();
  }

  Verdict judge(LogChunk chunk, long limit) {
    long next = lines() + 1;
    if (chunk.firstSequence() < next && chunk.nextSequence() <= next) {
      return new Verdict.Known();
    }
    if (chunk.firstSequence() != next) {
      return section.ended() ? new Verdict.Closed() : new Verdict.Misfit();
    }
    if (chunk.lineCount() == 0 && saysNothingNew(chunk)) {
      return new Verdict.Known();
    }
    if (section.ended()) {
      return new Verdict.Closed();
    }
    if (bytes() + chunk.lines().size() > limit) {
      return new Verdict.Full(with(lines(), bytes(), true, true));
    }
    return new Verdict.Take(
        with(
            chunk.nextSequence() - 1,
            bytes() + chunk.lines().size(),
            chunk.last(),
            section.truncated() || chunk.truncated()));
  }

  /** The same once it is committed. */
  SectionState committed() {
    return new SectionState(section, true);
  }

  /** The same, taking no more lines. */
  SectionState closed() {
    return with(lines(), bytes(), true, section.truncated());
  }

  private boolean saysNothingNew(LogChunk mark) {
    return section.ended() || (!mark.last() && (section.truncated() || !mark.truncated()));
  }

  private SectionState with(long lines, long bytes, boolean ended, boolean truncated) {
    return new SectionState(
        new LogSection(
            section.key(),
            section.startedAt(),
            section.round(),
            section.attempt(),
            section.operation(),
            section.worker(),
            lines,
            bytes,
            ended,
            truncated),
        stored);
  }
}
