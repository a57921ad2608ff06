package dev.pawl.cli.lock;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.MutationOptions;
import dev.pawl.v1.Lock;
import dev.pawl.v1.LockServiceGrpc;
import dev.pawl.v1.ReleaseLockRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes a lock from the run that holds it. */
@Command(
    description = "Take a lock from the run that holds it; that run goes on without.",
    footer = {
      "",
      "Examples:",
      "  pawl lock release --key z1 --dry-run",
      "  pawl lock release --key z1 --yes --reason 'the host is gone'"
    })
public final class LockRelease implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final LockReference reference = new LockReference();
  @Mixin private final MutationOptions mutation = new MutationOptions();

  public LockRelease(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    String key = reference.key();
    if (mutation.reason().isBlank() && !mutation.isDryRun()) {
      throw CommandFailed.usage(
          "A reason is wanted: a lock is taken away for the record.", "Give --reason TEXT.");
    }
    if (!mutation.isDryRun()) {
      invocation.confirm(
          "Take the %s from the run that holds it?"
              .formatted(key == null ? "global lock" : "lock of " + key));
    }
    ReleaseLockRequest.Builder request =
        ReleaseLockRequest.newBuilder()
            .setName(reference.name(invocation))
            .setRequestId(invocation.requestId())
            .setDryRun(mutation.isDryRun())
            .setReason(mutation.reason())
            .setConfirm(!mutation.isDryRun());
    mutation.expectedVersion().ifPresent(request::setExpectedVersion);
    if (key != null) {
      request.setKey(key);
    }
    Lock lock =
        invocation
            .connection()
            .call(LockServiceGrpc.getReleaseLockMethod(), request.build())
            .getLock();
    invocation
        .printer()
        .item(
            lock,
            lock.getName(),
            lock.getName(),
            () ->
                List.of(
                    "%s the %s from run %s"
                        .formatted(
                            mutation.isDryRun() ? "Would take" : "Took",
                            LockReference.text(lock),
                            LockReference.holder(lock))));
    if (!mutation.isDryRun() && !lock.getHolder().isEmpty()) {
      invocation.hint("That run goes on without it: pawl run get " + LockReference.holder(lock));
    }
    return ExitCode.OK.number();
  }
}
