package dev.pawl.cli.operation;

import static dev.pawl.cli.render.Column.of;
import static dev.pawl.cli.render.Column.wide;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Printer;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.ListOperationItemsRequest;
import dev.pawl.v1.ListOperationItemsResponse;
import dev.pawl.v1.OperationItem;
import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.RunState;
import java.util.List;

/** The items of an operation, with the result of each. */
public final class OperationItems {
  private static final int PAGE = 500;

  private OperationItems() {}

  /** Prints all of them. */
  public static void print(Invocation invocation, String operation) {
    ListOperationItemsResponse answer = read(invocation, operation);
    invocation
        .printer()
        .list(
            new Printer.Listing<>(
                answer,
                answer.getItemsList(),
                item -> Names.last(item.getRun()),
                OperationItem::getRun,
                List.of(
                    of("RUN", item -> Names.brief(Names.last(item.getRun()))),
                    of("RESULT", item -> invocation.style().state(States.name(item.getOutcome()))),
                    of("STATE", OperationItems::state),
                    wide("REASON", OperationItem::getReason),
                    of("MESSAGE", OperationItem::getMessage),
                    wide("ID", item -> Names.last(item.getRun())))));
  }

  private static String state(OperationItem item) {
    return item.getState() == RunState.RUN_STATE_UNSPECIFIED ? "" : States.name(item.getState());
  }

  private static ListOperationItemsResponse read(Invocation invocation, String operation) {
    ListOperationItemsResponse.Builder all = ListOperationItemsResponse.newBuilder();
    String token = "";
    do {
      ListOperationItemsResponse page =
          invocation
              .connection()
              .call(
                  OperationServiceGrpc.getListOperationItemsMethod(),
                  ListOperationItemsRequest.newBuilder()
                      .setParent(operation)
                      .setPageSize(PAGE)
                      .setPageToken(token)
                      .build());
      token = page.getNextPageToken();
      all.addAllItems(page.getItemsList()).setTotalSize(page.getTotalSize());
    } while (!token.isEmpty());
    return all.build();
  }
}
