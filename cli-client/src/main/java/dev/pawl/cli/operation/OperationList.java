package dev.pawl.cli.operation;

import static dev.pawl.cli.render.Column.of;
import static dev.pawl.cli.render.Column.wide;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.PageOptions;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.Printer;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.ListOperationsRequest;
import dev.pawl.v1.ListOperationsResponse;
import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.OperationState;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists operations, newest first. */
@Command(
    description = "List operations, newest first.",
    footer = {
      "",
      "Examples:",
      "  pawl operation list --state running",
      "  pawl operation list --initiator ann -q --all"
    })
public final class OperationList implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      description = "init, running, success, fail or part_success.")
  private List<String> states = List.of();

  @Option(
      names = "--initiator",
      paramLabel = "WHO",
      description = "Only those that this one asked for.")
  private String initiator = "";

  @Mixin private final PageOptions page = new PageOptions();

  public OperationList(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    List<OperationState> wanted = states.stream().map(OperationList::state).toList();
    ListOperationsResponse.Builder answer = ListOperationsResponse.newBuilder();
    page.read(
        request ->
            answer
                .clearNextPageToken()
                .mergeFrom(
                    invocation
                        .connection()
                        .call(
                            OperationServiceGrpc.getListOperationsMethod(),
                            ListOperationsRequest.newBuilder()
                                .setParent(invocation.names().parent())
                                .addAllStates(wanted)
                                .setInitiator(initiator)
                                .setPageSize(request.pageSize())
                                .setPageToken(request.token())
                                .build()))
                .getNextPageToken());
    page.print(
        invocation,
        new Printer.Listing<>(
            answer.build(),
            answer.getOperationsList(),
            BulkOperation::getId,
            BulkOperation::getName,
            columns()),
        answer.getNextPageToken());
    return ExitCode.OK.number();
  }

  private static OperationState state(String typed) {
    String name = typed.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(OperationState.values())
        .filter(state -> state.name().equals("OPERATION_STATE_" + name))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailed.usage(
                    "\"" + typed + "\" is no state of operations.",
                    "Say init, running, success, fail or part_success."));
  }

  private List<Column<BulkOperation>> columns() {
    Style style = invocation.style();
    Times times = invocation.times();
    return List.of(
        of("OPERATION", operation -> Names.brief(operation.getId())),
        of("WHAT", OperationText::what),
        of("STATE", operation -> style.state(States.name(operation.getState()))),
        wide("REASON", BulkOperation::getReason),
        of("DONE", OperationText::progress),
        of("STARTED", operation -> times.at(operation.getCreateTime())),
        of(
            "DURATION",
            operation -> times.elapsed(operation.getCreateTime(), operation.getEndTime())),
        of("INITIATOR", operation -> operation.getCause().getPrincipal()),
        wide("ID", BulkOperation::getId));
  }
}
