package dev.pawl.cli.object;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.v1.DeletedObject;
import dev.pawl.v1.MarkObjectDeletedRequest;
import dev.pawl.v1.ObjectServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says that an object is gone. */
@Command(
    description = {
      "Say that an object is gone: the runs about it show it as deleted.",
      "Runs that are created later are about another object of that name."
    },
    footer = {
      "",
      "Examples:",
      "  pawl object mark-deleted cluster=obdemo --reason 'scrapped, ticket 4711'"
    })
public final class ObjectMarkDeleted implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final ObjectReference reference = new ObjectReference();

  public ObjectMarkDeleted(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    DeletedObject marked =
        invocation
            .connection()
            .call(
                ObjectServiceGrpc.getMarkObjectDeletedMethod(),
                MarkObjectDeletedRequest.newBuilder()
                    .setParent(invocation.names().parent())
                    .setObject(reference.object())
                    .setRequestId(invocation.requestId())
                    .setReason(reference.reason())
                    .build())
            .getObject();
    invocation
        .printer()
        .item(
            marked,
            reference.typed(),
            reference.typed(),
            () -> List.of("Marked %s as deleted".formatted(reference.typed())));
    return ExitCode.OK.number();
  }
}
