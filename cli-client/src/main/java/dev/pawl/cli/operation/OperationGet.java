package dev.pawl.cli.operation;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Details;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.GetOperationRequest;
import dev.pawl.v1.OperationServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows an operation. */
@Command(
    description = "Show an operation, or with --items the result of each of its runs.",
    footer = {
      "",
      "Examples:",
      "  pawl operation get 7f3k2xyz",
      "  pawl operation get 7f3k2xyz --items -o wide"
    })
public final class OperationGet implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "OPERATION", description = "Its id, or a unique part of it.")
  private String operation = "";

  @Option(names = "--items", description = "Its runs, with the result of each.")
  private boolean items;

  public OperationGet(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    String name = invocation.names().operation(operation);
    if (items) {
      OperationItems.print(invocation, name);
    } else {
      BulkOperation found =
          invocation
              .connection()
              .call(
                  OperationServiceGrpc.getGetOperationMethod(),
                  GetOperationRequest.newBuilder().setName(name).build())
              .getOperation();
      print(invocation, found);
    }
    return ExitCode.OK.number();
  }

  static void print(Invocation invocation, BulkOperation found) {
    invocation
        .printer()
        .item(found, found.getId(), found.getName(), () -> details(invocation, found));
  }

  private static List<String> details(Invocation invocation, BulkOperation found) {
    Style style = invocation.style();
    Times times = invocation.times();
    String filter =
        found.hasCommand() ? found.getCommand().getFilter() : found.getExport().getFilter();
    Details details =
        new Details()
            .with("Operation", Names.brief(found.getId()) + "  " + OperationText.what(found))
            .with("State", style.state(States.name(found.getState())))
            .with("Done", OperationText.progress(found))
            .with("Message", found.getMessage())
            .with("Filter", filter)
            .with("Columns", String.join(", ", found.getExport().getColumnsList()))
            .with("Asked by", found.getCause().getPrincipal())
            .with("Because", found.getCause().getReason())
            .with("Started", times.at(found.getCreateTime()))
            .with("Duration", times.elapsed(found.getCreateTime(), found.getEndTime()));
    if (found.hasFile()) {
      details
          .with(
              "File",
              "%s, %,d bytes".formatted(found.getFile().getFileName(), found.getFile().getSize()))
          .with("Kept until", times.at(found.getFile().getExpireTime()));
    }
    return details.with("ID", found.getId()).lines();
  }
}
