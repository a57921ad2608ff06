package dev.pawl.cli.object;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.v1.ObjectServiceGrpc;
import dev.pawl.v1.UnmarkObjectDeletedRequest;
import dev.pawl.v1.UnmarkObjectDeletedResponse;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes back that an object is gone. */
@Command(
    description = "Take back that an object is gone: it was a mistake.",
    footer = {
      "",
      "Examples:",
      "  pawl object unmark-deleted cluster=obdemo --reason 'wrong cluster'"
    })
public final class ObjectUnmarkDeleted implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final ObjectReference reference = new ObjectReference();

  public ObjectUnmarkDeleted(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    UnmarkObjectDeletedResponse done =
        invocation
            .connection()
            .call(
                ObjectServiceGrpc.getUnmarkObjectDeletedMethod(),
                UnmarkObjectDeletedRequest.newBuilder()
                    .setParent(invocation.names().parent())
                    .setObject(reference.object())
                    .setRequestId(invocation.requestId())
                    .setReason(reference.reason())
                    .build());
    invocation
        .printer()
        .item(
            done,
            reference.typed(),
            reference.typed(),
            () -> List.of("%s is not marked as deleted any more".formatted(reference.typed())));
    return ExitCode.OK.number();
  }
}
