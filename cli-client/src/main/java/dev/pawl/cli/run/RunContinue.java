package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Go on with a run that is paused. */
@Command(
    description = "Go on with a run that is paused.",
    footer = {"", "Examples:", "  pawl run continue 7f3k2xyz"})
public final class RunContinue extends RunCommanded {
  public RunContinue(Invocation invocation) {
    super(invocation);
  }

  @Override
  public Integer call() {
    ContinueRunRequest.Builder request =
        ContinueRunRequest.newBuilder()
            .setName(RunReference.run(invocation, run))
            .setRequestId(invocation.requestId())
            .setDryRun(mutation.isDryRun())
            .setReason(mutation.reason());
    mutation.expectedVersion().ifPresent(request::setExpectedVersion);
    return print(
        "continue",
        invocation
            .connection()
            .call(RunServiceGrpc.getContinueRunMethod(), request.build())
            .getRun());
  }
}
