package dev.pawl.cli.operation;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.OutputFormat;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.BulkOperation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Follows an operation until it has ended. */
@Command(
    description = "Follow an operation until it has ended; its result is the exit code.",
    footer = {
      "",
      "Ctrl-C detaches; the operation goes on.",
      "",
      "Examples:",
      "  pawl operation watch 7f3k2xyz",
      "  pawl operation watch 7f3k2xyz -o jsonl"
    })
public final class OperationWatch implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "OPERATION", description = "Its id, or a unique part of it.")
  private String operation = "";

  public OperationWatch(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    BulkOperation ended =
        OperationWait.untilEnded(invocation, invocation.names().operation(operation), this::print);
    return States.exitCode(ended.getState()).number();
  }

  private void print(BulkOperation operation) {
    invocation
        .streams()
        .out()
        .println(
            invocation.format() == OutputFormat.JSONL
                ? Json.line(operation)
                : OperationText.line(invocation, operation));
  }
}
