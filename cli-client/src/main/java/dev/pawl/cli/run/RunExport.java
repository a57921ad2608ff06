package dev.pawl.cli.run;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.operation.OperationDownload;
import dev.pawl.cli.operation.OperationText;
import dev.pawl.cli.operation.OperationWait;
import dev.pawl.cli.resource.Names;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.ExportRunsRequest;
import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.OperationState;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes all runs that a filter shows to a CSV file. */
@Command(
    description = "Write all runs that a filter shows to a CSV file.",
    footer = {
      "",
      "The server makes the file in the background; it is kept there for 7 days.",
      "",
      "Examples:",
      "  pawl run export --filter 'state = FAILED' --file failed.csv",
      "  pawl run export --columns id,state,create_time | head",
      "  pawl run export --no-wait && pawl operation list"
    })
public final class RunExport implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description = "As in pawl run list; all runs without it.")
  private String filter = "";

  @Option(
      names = "--columns",
      paramLabel = "COLUMN",
      split = ",",
      description = "Such as id,state,create_time; all without it.")
  private List<String> columns = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Where to write it; without it, or with -, to the standard output.")
  private String file = "-";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  @Option(names = "--no-wait", description = "Do not wait for the file, and do not fetch it.")
  private boolean noWait;

  public RunExport(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    BulkOperation begun =
        invocation
            .connection()
            .call(
                OperationServiceGrpc.getExportRunsMethod(),
                ExportRunsRequest.newBuilder()
                    .setParent(invocation.names().parent())
                    .setFilter(filter)
                    .addAllColumns(columns)
                    .setRequestId(invocation.requestId())
                    .setReason(reason)
                    .build())
            .getOperation();
    if (noWait) {
      invocation
          .printer()
          .item(
              begun,
              begun.getId(),
              begun.getName(),
              () -> List.of(OperationText.line(invocation, begun)));
      invocation.hint("Fetch it: pawl operation download " + Names.brief(begun.getId()));
      return ExitCode.OK.number();
    }
    BulkOperation ended = OperationWait.untilEnded(invocation, begun.getName(), _ -> {});
    if (ended.getState() != OperationState.OPERATION_STATE_SUCCESS) {
      invocation.note(OperationText.line(invocation, ended));
      return ExitCode.FAILED.number();
    }
    OperationDownload.fetch(invocation, ended.getName(), file);
    return ExitCode.OK.number();
  }
}
