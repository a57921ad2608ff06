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
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.Runs;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.ListLogSectionsRequest;
import dev.pawl.v1.ListLogSectionsResponse;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.ReadLogRequest;
import dev.pawl.v1.ReadLogResponse;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
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
  private final Steps steps;
  private final RunReads reads;
  private final RunLookup lookup;
  private final Plans plans;
  private final SealedTokens tokens;
  private final OpenStreams streams;
  private final Pace pace;

  /**
   * How a stream moves.
   *
   * @param patience how long a reader may leave no room
   * @param grace how long after the end a follower waits for sections that are not complete
   */
  public record Pace(Duration patience, Duration grace) {
    /** What the contract promises. */
    public static final Pace USUAL = new Pace(Duration.ofSeconds(20), Duration.ofSeconds(5));
  }

  public LogGrpcService(
      Logs logs,
      Runs runs,
      Steps steps,
      RunLookup lookup,
      Plans plans,
      SealedTokens tokens,
      OpenStreams streams,
      Pace pace) {
    this.logs = logs;
    this.steps = steps;
    this.reads = new RunReads(runs, steps);
    this.lookup = lookup;
    this.plans = plans;
    this.tokens = tokens;
    this.streams = streams;
    this.pace = pace;
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
              .thenCompose(id -> logs.sections(id, name.task()))
              .thenApply(
                  sections -> {
                    ListLogSectionsResponse.Builder response = ListLogSectionsResponse.newBuilder();
                    sections.forEach(
                        section -> response.addSections(LogMapper.toProto(project, section)));
                    return response.build();
                  });
        });
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
    return steps
        .find(name.step())
        .thenCompose(
            found -> {
              ExecutionId execution =
                  new ExecutionId(found.run(), found.step().task(), name.index());
              LogKey key = new LogKey(execution, request.getFence());
              return logs.sections(found.run(), Optional.of(found.step().task()))
                  .thenApply(sections -> section(request, key, sections))
                  .thenCompose(
                      section -> {
                        ReadLogResponse.Builder response = ReadLogResponse.newBuilder();
                        return fill(response, section, from, most, 0);
                      });
            });
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
      ReadLogResponse.Builder response, LogSection section, long from, int most, int bytes) {
    return logs.read(section.key(), from, READ_BYTES)
        .thenCompose(
            chunks -> {
              long next = from;
              int taken = bytes;
              for (LogChunk chunk : chunks) {
                if (chunk.nextSequence() <= next) {
                  continue;
                }
                for (LogLine line : LogLinesReader.lines(chunk, next)) {
                  taken += line.getSerializedSize() + 4;
                  if (response.getLinesCount() == most || taken > MOST_BYTES) {
                    return CompletableFuture.completedFuture(
                        response.setNextSequence(line.getSequence()).build());
                  }
                  response.addLines(line);
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
              return fill(response, section, next, most, taken);
            });
  }

  @Override
  public void tailLogs(TailLogsRequest request, StreamObserver<TailLogsResponse> observer) {
    StepOrRunName name;
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
      scope =
          Scope.of(
              request.getParent(),
              request.hasAttempt() ? Integer.toString(request.getAttempt()) : "");
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
          new LogTail(logs, reads, plans, tokens, scope, pace.grace(), reader)
              .run(name.run().project(), run, name.task(), request, place);
        });
  }
}
