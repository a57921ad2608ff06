package dev.pawl.api.log;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Failures;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.call.Reader;
import dev.pawl.api.call.Unary;
import dev.pawl.api.name.ExecutionName;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.StepOrRunName;
import dev.pawl.api.page.SealedTokens;
import dev.pawl.api.page.SealedTokens.Purpose;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.run.RunLookup;
import dev.pawl.api.run.Steps;
import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.Executions;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.Runs;
import dev.pawl.v1.DownloadLogsRequest;
import dev.pawl.v1.DownloadLogsResponse;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.ListLogSectionsRequest;
import dev.pawl.v1.ListLogSectionsResponse;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSelection;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.ReadLogRequest;
import dev.pawl.v1.ReadLogResponse;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Translates LogService calls into reading and following logs, and nothing else. */
public final class LogGrpcService extends LogServiceGrpc.LogServiceImplBase {
  private static final int USUAL_LINES = 1_000;
  private static final int MOST_LINES = 10_000;
  private static final int MOST_BYTES = 2 * 1024 * 1024;
  private static final int READ_BYTES = 256 * 1024;

  private final Logs logs;
  private final Sections sections;
  private final Steps steps;
  private final RunReads reads;
  private final RunLookup lookup;
  private final Plans plans;
  private final SealedTokens tokens;
  private final OpenStreams streams;
  private final Pace pace;
  private final InstantSource clock;
  private final String version;

  /**
   * How a stream moves.
   *
   * @param patience how long a reader may leave no room
   * @param grace how long after the end a follower waits for sections that are not complete
   * @param download how long one who downloads may leave no room: people look at what they get
   */
  public record Pace(Duration patience, Duration grace, Duration download) {
    /** What the contract promises. */
    public static final Pace USUAL =
        new Pace(Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMinutes(2));
  }

  public LogGrpcService(
      Logs logs,
      Runs runs,
      Executions executions,
      Steps steps,
      RunLookup lookup,
      Plans plans,
      SealedTokens tokens,
      OpenStreams streams,
      Pace pace,
      InstantSource clock,
      String version) {
    this.logs = logs;
    this.sections = new Sections(logs, executions);
    this.steps = steps;
    this.reads = new RunReads(runs, steps);
    this.lookup = lookup;
    this.plans = plans;
    this.tokens = tokens;
    this.streams = streams;
    this.pace = pace;
    this.clock = clock;
    this.version = version;
  }

  @Override
  public void listLogSections(
      ListLogSectionsRequest request, StreamObserver<ListLogSectionsResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          StepOrRunName name = ResourceNames.stepOrRun("parent", request.getParent());
          String project = name.run().project();
          return existing(name)
              .thenCompose(id -> list(project, id, name.task()))
              .thenApply(
                  found -> ListLogSectionsResponse.newBuilder().addAllSections(found).build());
        });
  }

  private CompletionStage<List<dev.pawl.v1.LogSection>> list(
      String project, RunId run, Optional<String> task) {
    return task.isPresent()
        ? reads
            .step(project, run, task.get())
            .thenCompose(step -> sections.of(run, step))
            .thenApply(
                found ->
                    found.stream().map(section -> LogMapper.toProto(project, section)).toList())
        : logs.sections(run, task)
            .thenApply(
                found ->
                    found.stream().map(section -> LogMapper.toProto(project, section)).toList());
  }

  /** The run, once it is sure that it and the step named are there. */
  private CompletionStage<RunId> existing(StepOrRunName name) {
    String project = name.run().project();
    return lookup
        .find(name.run())
        .thenCompose(
            id ->
                name.task().isPresent()
                    ? reads.step(project, id, name.task().get()).thenApply(_ -> id)
                    : reads.head(project, id).thenApply(_ -> id));
  }

  @Override
  public void readLog(ReadLogRequest request, StreamObserver<ReadLogResponse> observer) {
    Unary.answer(observer, () -> read(request));
  }

  private CompletionStage<ReadLogResponse> read(ReadLogRequest request) {
    ExecutionName name = ResourceNames.execution("execution", request.getExecution());
    if (request.getFromSequence() < 0) {
      throw ApiErrors.invalidField("fromSequence", "is negative; lines begin at 1");
    }
    if (request.getMaxLines() < 0) {
      throw ApiErrors.invalidField(
          "maxLines", "is negative; must be 0 (for %,d) to %,d".formatted(USUAL_LINES, MOST_LINES));
    }
    int most =
        request.getMaxLines() == 0 ? USUAL_LINES : Math.min(request.getMaxLines(), MOST_LINES);
    long from = Math.max(1, request.getFromSequence());
    LineSieve sieve = LineSieve.of(request.getFilter());
    return steps
        .find(name.step())
        .thenCompose(
            found -> {
              ExecutionId execution =
                  new ExecutionId(found.run(), found.step().task(), name.index());
              LogKey key = new LogKey(execution, request.getFence());
              return section(request, found, key)
                  .thenCompose(
                      section -> {
                        ReadLogResponse.Builder response = ReadLogResponse.newBuilder();
                        return fill(response, section, sieve, from, most, 0)
                            .thenApply(read -> unlessGone(request, section, from, read));
                      });
            });
  }

  /** What was read, unless there is nothing though it was stored: it was kept for long enough. */
  private static ReadLogResponse unlessGone(
      ReadLogRequest request, LogSection section, long from, ReadLogResponse read) {
    if (from <= section.lines() && read.hasNextSequence() && read.getNextSequence() == from) {
      throw ApiErrors.of(
          ErrorReason.ERROR_REASON_LOG_NOT_FOUND,
          "the lines of %s under fence %d are kept no more: logs are deleted after a while (the server's pawl.logs.retention and max-size)"
              .formatted(request.getExecution(), request.getFence()));
    }
    return read;
  }

  /** The section, stored or of an attempt that wrote nothing. */
  private CompletionStage<LogSection> section(
      ReadLogRequest request, Steps.Found found, LogKey key) {
    return logs.sections(found.run(), Optional.of(found.step().task()))
        .thenCompose(
            stored ->
                stored.stream().anyMatch(section -> section.key().equals(key))
                    ? CompletableFuture.completedFuture(stored)
                    : sections
                        .of(found.run(), found.step())
                        .thenApply(all -> all.stream().map(Section::stored).toList()))
        .thenApply(all -> section(request, key, all));
  }

  private static LogSection section(ReadLogRequest request, LogKey key, List<LogSection> sections) {
    return sections.stream()
        .filter(section -> section.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                ApiErrors.of(
                    ErrorReason.ERROR_REASON_LOG_NOT_FOUND,
                    "%s has no log under fence %d: list its sections first"
                        .formatted(request.getExecution(), request.getFence())));
  }

  private CompletionStage<ReadLogResponse> fill(
      ReadLogResponse.Builder response,
      LogSection section,
      LineSieve sieve,
      long from,
      int most,
      int bytes) {
    return logs.read(section.key(), from, READ_BYTES)
        .thenCompose(
            chunks -> {
              long next = from;
              int taken = bytes;
              for (LogChunk chunk : chunks) {
                if (chunk.nextSequence() <= next) {
                  continue;
                }
                if (chunk.firstSequence() > next) {
                  response.addMissing(LogMapper.missing(next, chunk.firstSequence()));
                  next = chunk.firstSequence();
                }
                for (LogLine line : LogLinesReader.lines(chunk, next)) {
                  taken += line.getSerializedSize() + 4;
                  if (response.getLinesCount() == most || taken > MOST_BYTES) {
                    return CompletableFuture.completedFuture(
                        response.setNextSequence(line.getSequence()).build());
                  }
                  if (sieve.wants(line)) {
                    response.addLines(line);
                  }
                  next = line.getSequence() + 1;
                }
                next = chunk.nextSequence();
              }
              if (next == from || response.getLinesCount() == most) {
                boolean complete = section.ended() && next > section.lines();
                if (!complete) {
                  response.setNextSequence(next);
                }
                return CompletableFuture.completedFuture(
                    response.setTruncated(complete && section.truncated()).build());
              }
              return fill(response, section, sieve, next, most, taken);
            });
  }

  @Override
  public void tailLogs(TailLogsRequest request, StreamObserver<TailLogsResponse> observer) {
    StepOrRunName name;
    SectionChoice choice;
    LineSieve sieve;
    Scope scope;
    Optional<byte[]> place;
    try {
      name = ResourceNames.stepOrRun("parent", request.getParent());
      if (request.hasTailLines() && request.getTailLines() < 0) {
        throw ApiErrors.invalidField("tailLines", "is negative; must be 0 or more");
      }
      if (request.hasAttempt() && request.getAttempt() < 1) {
        throw ApiErrors.invalidField("attempt", "is below 1; attempts begin at 1");
      }
      choice = choice(request);
      sieve = LineSieve.of(request.getFilter());
      scope = scope(request);
      place =
          request.getCursor().isEmpty()
              ? Optional.empty()
              : Optional.of(tokens.read(Purpose.LOG, scope, request.getCursor()));
    } catch (RuntimeException e) {
      observer.onError(Failures.of(e));
      return;
    }
    Reader.serve(
        "tail-" + name.run().id(),
        (ServerCallStreamObserver<TailLogsResponse>) observer,
        streams,
        pace.patience(),
        reader -> {
          RunId run = reader.get(existing(name));
          new LogTail(logs, sections, reads, plans, tokens, scope, pace.grace(), reader)
              .run(name.run().project(), run, name.task(), request, choice, sieve, place);
        });
  }

  private static SectionChoice choice(TailLogsRequest request) {
    LogSelection selection = request.getSelection();
    return SectionChoice.of(
        request.hasAttempt() && !selection.hasAttempt()
            ? selection.toBuilder().setAttempt(request.getAttempt()).build()
            : selection);
  }

  /** Everything that decides what a reader gets; a cursor is good for the same only. */
  private static Scope scope(TailLogsRequest request) {
    String attempt = request.hasAttempt() ? Integer.toString(request.getAttempt()) : "";
    return request.hasSelection() || request.hasFilter()
        ? Scope.of(
            request.getParent().getBytes(StandardCharsets.UTF_8),
            attempt.getBytes(StandardCharsets.UTF_8),
            request.getSelection().toByteArray(),
            request.getFilter().toByteArray())
        : Scope.of(request.getParent(), attempt);
  }

  @Override
  public void downloadLogs(
      DownloadLogsRequest request, StreamObserver<DownloadLogsResponse> observer) {
    StepOrRunName name;
    SectionChoice choice;
    LineSieve sieve;
    try {
      name = ResourceNames.stepOrRun("parent", request.getParent());
      choice = SectionChoice.of(request.getSelection());
      sieve = LineSieve.of(request.getFilter());
    } catch (RuntimeException e) {
      observer.onError(Failures.of(e));
      return;
    }
    Reader.serve(
        "download-" + name.run().id(),
        (ServerCallStreamObserver<DownloadLogsResponse>) observer,
        streams,
        pace.download(),
        reader -> {
          RunId run = reader.get(existing(name));
          String project = name.run().project();
          LogDownload download =
              new LogDownload(
                  logs, sections, reads, request, choice, version, clock.instant(), reader);
          if (name.task().isPresent()) {
            download.text(project, run, name.task().get(), sieve);
          } else {
            download.archive(project, run, sieve);
          }
        });
  }
}
