package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.MutationOptions;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.RunServiceGrpc;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Let what runs finish, and start nothing new. */
@Command(
    description = "Let what runs finish, and start nothing new.",
    footer = {"", "Examples:", "  pawl run pause 7f3k2xyz --reason 'storage is full'"})
public final class RunPause implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "Its id, a unique part of it, or @latest.")
  private String run = "";

  @Mixin private final MutationOptions mutation = new MutationOptions();

  public RunPause(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    PauseRunRequest.Builder request =
        PauseRunRequest.newBuilder()
            .setName(RunReference.run(invocation, run))
            .setRequestId(invocation.requestId())
            .setDryRun(mutation.isDryRun())
            .setReason(mutation.reason());
    mutation.expectedVersion().ifPresent(request::setExpectedVersion);
    return RunCommanded.print(
        invocation,
        mutation,
        "pause",
        invocation.connection().call(RunServiceGrpc.getPauseRunMethod(), request.build()).getRun());
  }
}
