package dev.pawl.cli.lock;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Details;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.GetLockRequest;
import dev.pawl.v1.Lock;
import dev.pawl.v1.LockServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows one lock. */
@Command(
    description = "Show one lock: who holds it, or who had it last.",
    footer = {"", "Examples:", "  pawl lock get --key z1", "  pawl lock get --scope backup"})
public final class LockGet implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final LockReference reference = new LockReference();

  public LockGet(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    GetLockRequest.Builder request =
        GetLockRequest.newBuilder().setName(reference.name(invocation));
    String key = reference.key();
    if (key != null) {
      request.setKey(key);
    }
    Lock lock =
        invocation.connection().call(LockServiceGrpc.getGetLockMethod(), request.build()).getLock();
    invocation.printer().item(lock, lock.getName(), lock.getName(), () -> lines(lock));
    if (!lock.getHolder().isEmpty()) {
      invocation.hint("See what it does: pawl run get " + LockReference.holder(lock));
    }
    return ExitCode.OK.number();
  }

  private List<String> lines(Lock lock) {
    return new Details()
        .with("Lock", LockReference.text(lock))
        .with("State", invocation.style().state(States.name(lock.getState())))
        .with("Holder", Names.last(lock.getHolder()))
        .with("Since", invocation.times().at(lock.getAcquireTime()))
        .with("Initiator", lock.getInitiator())
        .with(
            "Last holder",
            lock.getLastHolder().equals(lock.getHolder()) ? "" : Names.last(lock.getLastHolder()))
        .with("Version", lock.getVersion() == 0 ? "" : Long.toString(lock.getVersion()))
        .lines();
  }
}
