package dev.pawl.cli.operation;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.CancelOperationRequest;
import dev.pawl.v1.OperationServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Begins no further run of an operation. */
@Command(
    description = "Begin no further run of an operation; what has begun is finished.",
    footer = {"", "Examples:", "  pawl operation cancel 7f3k2xyz --reason 'wrong filter'"})
public final class OperationCancel implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "OPERATION", description = "Its id, or a unique part of it.")
  private String operation = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  public OperationCancel(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    BulkOperation cancelled =
        invocation
            .connection()
            .call(
                OperationServiceGrpc.getCancelOperationMethod(),
                CancelOperationRequest.newBuilder()
                    .setName(invocation.names().operation(operation))
                    .setRequestId(invocation.requestId())
                    .setReason(reason)
                    .build())
            .getOperation();
    invocation
        .printer()
        .item(
            cancelled,
            cancelled.getId(),
            cancelled.getName(),
            () -> List.of(OperationText.line(invocation, cancelled)));
    return ExitCode.OK.number();
  }
}
