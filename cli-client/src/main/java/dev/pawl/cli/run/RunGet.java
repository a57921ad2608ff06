package dev.pawl.cli.run;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.RunServiceGrpc;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one run. */
@Command(
    description = "Show one run: state, parameters, outputs, what may be commanded now.",
    footer = {"", "Examples:", "  pawl run get 7f3k2xyz", "  pawl run get @latest -o json"})
public final class RunGet implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "Its id, a unique part of it, or @latest.")
  private String run = "";

  public RunGet(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    GetRunRequest request =
        GetRunRequest.newBuilder().setName(RunReference.run(invocation, run)).build();
    RunDetails.print(
        invocation,
        invocation.connection().call(RunServiceGrpc.getGetRunMethod(), request).getRun());
    return ExitCode.OK.number();
  }
}
