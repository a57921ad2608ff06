package dev.pawl.bench;

import dev.pawl.bench.chaos.ChaosCommand;
import dev.pawl.bench.history.judge.JudgeCommand;
import dev.pawl.bench.load.BacklogCommand;
import dev.pawl.bench.load.BaselineCommand;
import dev.pawl.bench.load.BurstCommand;
import dev.pawl.bench.load.FanoutCommand;
import dev.pawl.bench.load.FreshnessCommand;
import dev.pawl.bench.load.GrowthCommand;
import dev.pawl.bench.load.IdleCommand;
import dev.pawl.bench.load.LatencyCommand;
import dev.pawl.bench.load.LimitCommand;
import dev.pawl.bench.load.ListsCommand;
import dev.pawl.bench.load.LogsCommand;
import dev.pawl.bench.load.NodesCommand;
import dev.pawl.bench.load.RecoveryCommand;
import dev.pawl.bench.load.StalledReadersCommand;
import dev.pawl.bench.load.ThroughputCommand;
import dev.pawl.bench.micro.MicroCommand;
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
            .addSubcommand(new AllCommand(out, err))
            .addSubcommand(new ThroughputCommand(out))
            .addSubcommand(new LatencyCommand(out))
            .addSubcommand(new FanoutCommand(out))
            .addSubcommand(new BacklogCommand(out))
            .addSubcommand(new LimitCommand(out))
            .addSubcommand(new BurstCommand(out))
            .addSubcommand(new BaselineCommand(out))
            .addSubcommand(new GrowthCommand(out))
            .addSubcommand(new NodesCommand(out))
            .addSubcommand(new FreshnessCommand(out))
            .addSubcommand(new StalledReadersCommand(out))
            .addSubcommand(new IdleCommand(out))
            .addSubcommand(new LogsCommand(out))
            .addSubcommand(new RecoveryCommand(out))
            .addSubcommand(new MicroCommand(out))
            .addSubcommand(new ListsCommand(out))
            .addSubcommand(new WfFormatCommand(out))
            .addSubcommand(
                new CommandLine(new ChaosCommand(out, err))
                    .addSubcommand(new JudgeCommand(out, err)))
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
