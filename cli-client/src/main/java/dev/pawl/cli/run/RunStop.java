package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.MutationOptions;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StopRunRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Stop a run: what runs is told to stop, nothing more starts. */
@Command(
    description = "Stop a run: what runs is told to stop, nothing more starts.",
    footer = {"", "Examples:", "  pawl run stop 7f3k2xyz --yes --reason 'wrong version'"})
public final class RunStop implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "Its id, a unique part of it, or @latest.")
  private String run = "";

  @Mixin private final MutationOptions mutation = new MutationOptions();

  public RunStop(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    if (!mutation.isDryRun()) {
      invocation.confirm("Stop run " + run + "?");
    }
    StopRunRequest.Builder request =
        StopRunRequest.newBuilder()
            .setName(RunReference.run(invocation, run))
            .setRequestId(invocation.requestId())
            .setDryRun(mutation.isDryRun())
            .setReason(mutation.reason());
    mutation.expectedVersion().ifPresent(request::setExpectedVersion);
    return RunCommanded.print(
        invocation,
        mutation,
        "stop",
        invocation.connection().call(RunServiceGrpc.getStopRunMethod(), request.build()).getRun());
  }
}
