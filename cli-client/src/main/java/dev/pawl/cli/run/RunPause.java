package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Let what runs finish, and start nothing new. */
@Command(
    description = "Let what runs finish, and start nothing new.",
    footer = {"", "Examples:", "  pawl run pause 7f3k2xyz --reason 'storage is full'"})
public final class RunPause extends RunCommanded {
  public RunPause(Invocation invocation) {
    super(invocation);
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
    return print(
        "pause",
        invocation.connection().call(RunServiceGrpc.getPauseRunMethod(), request.build()).getRun());
  }
}
