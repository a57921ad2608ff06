package dev.pawl.api.log;

import dev.pawl.api.call.Reader;
import dev.pawl.api.page.SealedTokens;
import dev.pawl.api.page.SealedTokens.Purpose;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.StepView;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One follower of a log: what is stored, then what comes.
 *
 * <p>The live tail is opened before the store is read, and what it repeats is known by the lines'
 * numbers: so there is neither gap nor repeat at the seam. A tail that lagged is bridged the same
 * way.
 */
final class LogTail {
  private static final int READ_BYTES = 64 * 1024;
  private static final int MESSAGE_BYTES = 64 * 1024;
  private static final Duration TAIL_ANSWERS = Duration.ofSeconds(30);

  private final Logs logs;
  private final Sections joined;
  private final RunReads reads;
  private final Plans plans;
  private final SealedTokens tokens;
  private final Scope scope;
  private final Duration grace;
  private final Reader<TailLogsResponse> reader;

  LogTail(
      Logs logs,
      Sections joined,
      RunReads reads,
      Plans plans,
      SealedTokens tokens,
      Scope scope,
      Duration grace,
      Reader<TailLogsResponse> reader) {
    this.logs = logs;
    this.joined = joined;
    this.reads = reads;
    this.plans = plans;
    this.tokens = tokens;
    this.scope = scope;
    this.grace = grace;
    this.reader = reader;
  }

  /**
   * Sends what is wanted, to the end.
   *
   * @param place where the cursor says that the reader is
   */
  void run(
      String project,
      RunId run,
      Optional<String> task,
      TailLogsRequest request,
      SectionChoice choice,
      LineSieve sieve,
      Optional<byte[]> place)
      throws Exception {
    RunHead head = describe(project, run);
    Plan plan = reader.get(plans.get(head.header().definitionHash()));
    LogPositions positions;
    try {
      positions =
          place.isPresent()
              ? LogPositions.read(run, plan, place.get())
              : new LogPositions(run, plan);
    } catch (IOException e) {
      throw SealedTokens.damaged(Purpose.LOG);
    }
    Following following = new Following(project, run, task, choice, sieve, positions);
    if (!request.getFollow()) {
      following.check();
      following.begin(request);
      following.catchUp();
      return;
    }
    try (Logs.Tail tail = logs.tail(run, task)) {
      following.begin(request);
      following.catchUp();
      following.follow(tail);
    }
  }

  private RunHead describe(String project, RunId run) throws Exception {
    return reader.get(reads.head(project, run));
  }

  private final class Following {
    private final String project;
    private final RunId run;
    private final Optional<String> task;
    private final SectionChoice choice;
    private final LineSieve sieve;
    private final LogPositions positions;

    /** Sections that are there and are not wanted. */
    private final Set<LogKey> unwanted = new HashSet<>();

    Following(
        String project,
        RunId run,
        Optional<String> task,
        SectionChoice choice,
        LineSieve sieve,
        LogPositions positions) {
      this.project = project;
      this.run = run;
      this.task = task;
      this.choice = choice;
      this.sieve = sieve;
      this.positions = positions;
    }

    /** Refuses a choice that fits nothing of what there is. */
    void check() throws Exception {
      if (choice.isEverything()) {
        return;
      }
      if (task.isEmpty()) {
        choice.check("run " + run.value(), reader.get(logs.sections(run, task)));
      } else if (sections().isEmpty()) {
        StepView step = reader.get(reads.step(project, run, task.get()));
        choice.check(
            "step " + task.get(),
            reader.get(joined.of(run, step)).stream().map(Section::stored).toList());
      }
    }

    /** Leaves out what `tail_lines` does not want of the sections that are there already. */
    void begin(TailLogsRequest request) throws Exception {
      if (!request.hasTailLines() || !request.getCursor().isEmpty()) {
        return;
      }
      for (LogSection section : sections()) {
        positions.advance(section.key(), Math.max(1, section.lines() - request.getTailLines() + 1));
      }
    }

    private List<LogSection> sections() throws Exception {
      List<LogSection> wanted = new ArrayList<>();
      for (LogSection section : reader.get(logs.sections(run, task))) {
        if (choice.wants(section)) {
          wanted.add(section);
        } else {
          unwanted.add(section.key());
        }
      }
      return wanted;
    }

    /** Sends what is stored and was not sent. */
    void catchUp() throws Exception {
      for (LogSection section : sections()) {
        if (!positions.ended(section.key())) {
          catchUp(section);
        }
      }
    }

    private void catchUp(LogSection section) throws Exception {
      LogKey key = section.key();
      while (positions.next(key) <= section.lines()) {
        reader.awaitRoom();
        long before = positions.next(key);
        for (LogChunk chunk : reader.get(logs.read(key, before, READ_BYTES))) {
          send(chunk);
        }
        if (positions.next(key) == before) {
          break;
        }
      }
      if (positions.ended(key)) {
        return;
      }
      long next = positions.next(key);
      // Stored it was, and is there no more: it was kept for long enough.
      boolean gone = next <= section.lines();
      if (section.ended()) {
        positions.end(key);
      } else if (gone) {
        // The rest may still come.
        positions.advance(key, section.lines() + 1);
      }
      TailLogsResponse.Builder end =
          TailLogsResponse.newBuilder()
              .setSection(LogMapper.toProto(project, section))
              .setTruncated(true);
      if (gone) {
        send(end.setMissing(LogMapper.missing(next, section.lines() + 1)));
      } else if (section.ended() && section.truncated()) {
        send(end);
      }
    }

    void follow(Logs.Tail tail) throws Exception {
      long over = 0;
      Set<LogKey> expected = Set.of();
      CompletionStage<List<LogChunk>> next = tail.next();
      while (true) {
        List<LogChunk> chunks;
        try {
          if (!reader.await(next, TAIL_ANSWERS)) {
            continue;
          }
          chunks = reader.value(next);
        } catch (Logs.TailLagged e) {
          catchUp();
          next = tail.next();
          continue;
        }
        for (LogChunk chunk : chunks) {
          take(chunk);
        }
        if (chunks.isEmpty() && over == 0) {
          Optional<Set<LogKey>> whenOver = expectedWhenOver();
          if (whenOver.isPresent()) {
            over = System.nanoTime();
            expected = whenOver.get();
          }
        }
        if (over != 0) {
          catchUp();
          if (expected.stream().allMatch(this::settled)
              || System.nanoTime() - over >= grace.toNanos()) {
            return;
          }
        }
        next = tail.next();
      }
    }

    private boolean settled(LogKey key) {
      return positions.ended(key) || unwanted.contains(key);
    }

    /** A live chunk: new, known already, or behind a gap that the store fills. */
    private void take(LogChunk chunk) throws Exception {
      if (!choice.wants(chunk) || positions.ended(chunk.key())) {
        return;
      }
      while (chunk.firstSequence() > positions.next(chunk.key())) {
        long before = positions.next(chunk.key());
        reader.awaitRoom();
        for (LogChunk stored : reader.get(logs.read(chunk.key(), before, READ_BYTES))) {
          send(stored);
        }
        if (positions.next(chunk.key()) == before) {
          break;
        }
      }
      send(chunk);
    }

    /**
     * The sections that must be complete before the stream may end: of the last attempts, and of
     * earlier ones that have begun, whose worker may be away; empty while the run (or the step)
     * goes on. An earlier attempt of which nothing is stored may have written nothing, so none
     * waits for it.
     */
    private Optional<Set<LogKey>> expectedWhenOver() throws Exception {
      Set<LogKey> expected = new HashSet<>();
      if (task.isPresent()) {
        StepView step = reader.get(reads.step(project, run, task.get()));
        if (step.endedAt().isEmpty() && !describe(project, run).status().ended()) {
          return Optional.empty();
        }
        expect(expected, step);
      } else {
        if (!describe(project, run).status().ended()) {
          return Optional.empty();
        }
        int from = 0;
        while (true) {
          Runs.StepPage page = reader.get(reads.steps(project, run, from));
          page.steps().forEach(step -> expect(expected, step));
          if (page.next().isEmpty()) {
            break;
          }
          from = Math.toIntExact(page.next().getAsLong());
        }
      }
      for (LogSection section : sections()) {
        if (!section.ended()) {
          expected.add(section.key());
        }
      }
      return Optional.of(expected);
    }

    /** An attempt that ended without a last line wrote none, so no section of it comes. */
    private void expect(Set<LogKey> expected, StepView step) {
      if (step.executions().isEmpty() && !step.lastLogLine().isEmpty()) {
        expect(expected, step.task(), 0, step.attempt(), step.fence());
      }
      for (int index = 0; index < step.executions().size(); index++) {
        StepView.OfExecution one = step.executions().get(index);
        if (one.wrote()) {
          expect(expected, step.task(), index, one.attempt(), one.fence());
        }
      }
    }

    private void expect(Set<LogKey> expected, String task, int index, int attempt, long fence) {
      LogKey key = new LogKey(new ExecutionId(run, task, index), fence);
      if (fence > 0 && choice.wantsAttempt(key, attempt)) {
        expected.add(key);
      }
    }

    /** Sends what the chunk has of lines that were not sent. Unpacks only while there is room. */
    private void send(LogChunk chunk) throws Exception {
      LogKey key = chunk.key();
      if (positions.ended(key)) {
        return;
      }
      long next = positions.next(key);
      if (next < chunk.firstSequence()) {
        positions.advance(key, chunk.firstSequence());
        send(
            TailLogsResponse.newBuilder()
                .setSection(LogMapper.toProto(project, chunk))
                .setMissing(LogMapper.missing(next, chunk.firstSequence())));
      }
      while (positions.next(key) < chunk.nextSequence()) {
        reader.awaitRoom();
        List<LogLine> lines = LogLinesReader.lines(chunk, positions.next(key));
        int at = 0;
        while (at < lines.size() && reader.hasRoom()) {
          TailLogsResponse.Builder message = TailLogsResponse.newBuilder();
          int bytes = 0;
          while (at < lines.size() && (bytes == 0 || bytes < MESSAGE_BYTES)) {
            if (sieve.wants(lines.get(at))) {
              bytes += lines.get(at).getSerializedSize();
              message.addLines(lines.get(at));
            }
            at++;
          }
          boolean whole = at == lines.size();
          if (whole && chunk.last()) {
            positions.end(key);
          } else {
            positions.advance(
                key, whole ? chunk.nextSequence() : lines.get(at - 1).getSequence() + 1);
          }
          boolean truncated = whole && chunk.truncated();
          if (message.getLinesCount() > 0 || truncated) {
            send(message.setSection(LogMapper.toProto(project, chunk)).setTruncated(truncated));
          }
        }
        if (positions.ended(key)) {
          return;
        }
      }
      if (chunk.last()) {
        positions.end(key);
        if (chunk.truncated()) {
          send(
              TailLogsResponse.newBuilder()
                  .setSection(LogMapper.toProto(project, chunk))
                  .setTruncated(true));
        }
      }
    }

    private void send(TailLogsResponse.Builder message) throws Exception {
      String cursor = tokens.write(Purpose.LOG, scope, positions.write());
      reader.send(message.setCursor(cursor).build(), cursor);
    }
  }
}
