package dev.pawl.cli.object;

import static dev.pawl.cli.render.Column.of;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.PageOptions;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.Printer;
import dev.pawl.cli.render.Times;
import dev.pawl.v1.DeletedObject;
import dev.pawl.v1.ListDeletedObjectsRequest;
import dev.pawl.v1.ListDeletedObjectsResponse;
import dev.pawl.v1.ObjectServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the objects of which it was said that they are gone. */
@Command(
    description = "List the objects that are marked as deleted.",
    footer = {
      "",
      "Examples:",
      "  pawl object list-deleted",
      "  pawl run list --object cluster=obdemo"
    })
public final class ObjectListDeleted implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final PageOptions page = new PageOptions();

  public ObjectListDeleted(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    ListDeletedObjectsRequest.Builder wanted =
        ListDeletedObjectsRequest.newBuilder().setParent(invocation.names().parent());
    ListDeletedObjectsResponse.Builder answer = ListDeletedObjectsResponse.newBuilder();
    page.read(
        request ->
            answer
                .clearNextPageToken()
                .mergeFrom(
                    invocation
                        .connection()
                        .call(
                            ObjectServiceGrpc.getListDeletedObjectsMethod(),
                            wanted
                                .setPageSize(request.pageSize())
                                .setPageToken(request.token())
                                .build()))
                .getNextPageToken());
    page.print(
        invocation,
        new Printer.Listing<>(
            answer.build(),
            answer.getObjectsList(),
            ObjectListDeleted::name,
            ObjectListDeleted::name,
            columns(invocation.times())),
        answer.getNextPageToken());
    return ExitCode.OK.number();
  }

  private static String name(DeletedObject object) {
    return object.getObject().getKind() + "=" + object.getObject().getName();
  }

  private static List<Column<DeletedObject>> columns(Times times) {
    return List.of(
        of("OBJECT", ObjectListDeleted::name),
        of("DELETED", object -> times.at(object.getDeleteTime())),
        of("BY", DeletedObject::getPrincipal),
        of("REASON", DeletedObject::getReason));
  }
}
