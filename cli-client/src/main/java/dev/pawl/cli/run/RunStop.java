package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StopRunRequest;
import picocli.CommandLine.Command;

/** Stop a run: what runs is told to stop, nothing more starts. */
@Command(
    description = "Stop a run: what runs is told to stop, nothing more starts.",
    footer = {"", "Examples:", "  pawl run stop 7f3k2xyz --yes --reason 'wrong version'"})
public final class RunStop extends RunCommanded {
  public RunStop(Invocation invocation) {
    super(invocation);
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
    return print(
        "stop",
        invocation.connection().call(RunServiceGrpc.getStopRunMethod(), request.build()).getRun());
  }
}
