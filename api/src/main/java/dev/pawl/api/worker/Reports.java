package dev.pawl.api.worker;

import com.google.protobuf.Struct;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.value.Structs;
import dev.pawl.api.value.ValueRules;
import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.worker.WorkerReport;
import dev.pawl.engine.worker.WorkerReport.Result;
import dev.pawl.v1.Report;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Turns reports of workers into those of the engine: large outputs are stored first. */
final class Reports {
  private static final int REASON_CHARS = 64;
  private static final int MESSAGE_CHARS = 2_048;
  private static final int LAST_LINE_CHARS = 1_024;
  private static final String REASON = "[A-Z][A-Z0-9_]{0,63}";
  private static final String UNNAMED = "FAILED";

  private final Structs structs;

  Reports(Structs structs) {
    this.structs = structs;
  }

  CompletionStage<WorkerReport> read(WorkerRules.Named execution, Report report) {
    Optional<Result.Failed> fault = fault(report.getAdditionalData());
    AdditionalData data =
        fault.isEmpty() ? AdditionalData.of(report.getAdditionalData()) : AdditionalData.NONE;
    return result(report, fault)
        .thenApply(
            result ->
                new WorkerReport(
                    execution.id(),
                    report.getFence(),
                    report.getToken(),
                    result,
                    WorkerRules.cut(report.getLastLogLine(), LAST_LINE_CHARS),
                    data));
  }

  private CompletionStage<Result> result(Report report, Optional<Result.Failed> dataFault) {
    return switch (report.getOutcomeCase()) {
      case STARTED -> CompletableFuture.completedFuture(new Result.Started());
      case SUCCEEDED ->
          dataFault.isPresent()
              ? CompletableFuture.completedFuture(dataFault.get())
              : succeeded(report.getSucceeded().getOutputs());
      case FAILED ->
          CompletableFuture.completedFuture(
              new Result.Failed(
                  reason(report.getFailed().getReason()),
                  WorkerRules.cut(report.getFailed().getMessage(), MESSAGE_CHARS),
                  report.getFailed().getPermanent()));
      case STOPPED ->
          CompletableFuture.completedFuture(
              new Result.Stopped(WorkerRules.cut(report.getStopped().getReason(), REASON_CHARS)));
      case OUTCOME_NOT_SET ->
          throw ApiErrors.invalidField("report", "says no outcome: give exactly one");
    };
  }

  /** What cannot be kept is a failure of the task: refusing the report would repeat it for ever. */
  private CompletionStage<Result> succeeded(Struct outputs) {
    if (outputs.getSerializedSize() > Payload.LIMIT) {
      return CompletableFuture.completedFuture(
          new Result.Failed(
              "RESULT_TOO_LARGE",
              "the outputs have %,d bytes; at most %,d: hand on where they are instead"
                  .formatted(outputs.getSerializedSize(), Payload.LIMIT),
              false));
    }
    Optional<String> fault = fault("output ", outputs);
    if (fault.isPresent()) {
      return CompletableFuture.completedFuture(
          new Result.Failed("OUTPUT_INVALID", fault.get(), false));
    }
    CompletionStage<Map<String, Payload>> stored = structs.store(outputs);
    return stored.thenApply(Result.Succeeded::new);
  }

  /** Why an attempt fails that succeeded, for what it published. */
  private static Optional<Result.Failed> fault(Struct data) {
    int bytes = data.getSerializedSize();
    return bytes > AdditionalData.OF_ATTEMPT
        ? Optional.of(
            new Result.Failed(
                "RESULT_TOO_LARGE",
                "the additional data has %,d bytes; at most %,d: write it to the log instead"
                    .formatted(bytes, AdditionalData.OF_ATTEMPT),
                true))
        : fault("additional data ", data)
            .map(found -> new Result.Failed("OUTPUT_INVALID", found, false));
  }

  private static Optional<String> fault(String what, Struct values) {
    return values.getFieldsMap().entrySet().stream()
        .flatMap(
            field ->
                ValueRules.fault(field.getValue()).stream()
                    .map(found -> what + field.getKey() + " " + found))
        .findFirst();
  }

  private static String reason(String given) {
    return given.matches(REASON) ? given : UNNAMED;
  }
}
