package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.MutationOptions;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.RunServiceGrpc;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Go on with a run that is paused. */
@Command(
    description = "Go on with a run that is paused.",
    footer = {"", "Examples:", "  pawl run continue 7f3k2xyz"})
public final class RunContinue implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "Its id, a unique part of it, or @latest.")
  private String run = "";

  @Mixin private final MutationOptions mutation = new MutationOptions();

  public RunContinue(Invocation invocation) {
    this.invocation = invocation;
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
    return RunCommanded.print(
        invocation,
        mutation,
        "continue",
        invocation
            .connection()
            .call(RunServiceGrpc.getContinueRunMethod(), request.build())
            .getRun());
  }
}
