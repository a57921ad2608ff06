package dev.pawl.bench;

import dev.pawl.bench.load.BaselineCommand;
import dev.pawl.bench.load.BurstCommand;
import dev.pawl.bench.load.FreshnessCommand;
import dev.pawl.bench.load.StalledReadersCommand;
import dev.pawl.bench.load.ThroughputCommand;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code pawl bench}. */
@Command(
    name = "pawl bench",
    mixinStandardHelpOptions = true,
    description = "Measure a server, or replay real graphs on one.")
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  public static void main(String[] args) {
    // Threads of the transport would keep the process for a while.
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    CommandLine commandLine =
        new CommandLine(new Main())
            .addSubcommand(new WfFormatCommand(out))
            .addSubcommand(new BaselineCommand(out))
            .addSubcommand(new ThroughputCommand(out))
            .addSubcommand(new BurstCommand(out))
            .addSubcommand(new FreshnessCommand(out))
            .addSubcommand(new StalledReadersCommand(out))
            .setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(
        (e, _, _) -> {
          if (e instanceof BenchFailure failure) {
            err.println("error: " + failure.getMessage());
            return failure.exitCode();
          }
          if (e instanceof StatusRuntimeException refused) {
            PawlError error = PawlErrors.of(refused);
            err.printf(
                "error: %s %s: %s%n", error.code(), error.reason().orElse(""), error.message());
            error
                .fields()
                .forEach(field -> err.printf("  %s: %s%n", field.path(), field.message()));
            return 1;
          }
          throw e;
        });
    return commandLine.execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to measure");
  }
}
