package dev.pawl.cli;

import dev.pawl.cli.connection.Connection;
import dev.pawl.cli.definition.Nearest;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.resource.States;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.client.ServerAddress;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says on the standard error what failed, why, and what to do. */
final class ErrorReport {
  private final Invocation invocation;
  private final PrintStream err;

  ErrorReport(Invocation invocation) {
    this.invocation = invocation;
    this.err = invocation.streams().err();
  }

  /** The command line does not parse. */
  int misuse(ParameterException failure) {
    error(mistake(failure));
    CommandSpec spec = failure.getCommandLine().getCommandSpec();
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      Set<String> known =
          word.startsWith("-") ? spec.optionsMap().keySet() : HelpLayout.visible(spec).keySet();
      Nearest.to(word, known).ifPresent(meant -> err.println("  did you mean " + meant + "?"));
    }
    String command = spec.qualifiedName();
    err.println("See: " + command + " --help");
    return ExitCode.USAGE.number();
  }

  private static String mistake(ParameterException failure) {
    CommandSpec spec = failure.getCommandLine().getCommandSpec();
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()
        && !unmatched.getUnmatched().getFirst().startsWith("-")) {
      String word = unmatched.getUnmatched().getFirst();
      return HelpLayout.visible(spec).isEmpty()
          ? "%s does not take '%s'.".formatted(spec.qualifiedName(), word)
          : "%s has no command '%s'.".formatted(spec.qualifiedName(), word);
    }
    // Of options that are pairs it says the word twice.
    return String.valueOf(failure.getMessage()).replace("option option", "option");
  }

  /** The command could not do what was asked. */
  int failure(Exception failure) {
    return switch (failure) {
      case CommandFailed refused -> {
        error(refused.message());
        refused.advice().forEach(line -> err.println("  " + line));
        yield refused.exitCode().number();
      }
      case StatusRuntimeException status -> status(status);
      default -> {
        error("This is a bug of the command line: " + failure);
        failure.printStackTrace(err);
        yield ExitCode.FAILED.number();
      }
    };
  }

  private int status(StatusRuntimeException failure) {
    PawlError error = PawlErrors.of(failure);
    Style style = invocation.style();
    String reason = error.reason().map(name -> "  " + style.dim("[" + name + "]")).orElse("");
    if (error.code() == Status.Code.UNAVAILABLE && error.reason().isEmpty()) {
      List<ServerAddress> servers = invocation.servers();
      error(
          (servers.size() == 1 ? "The server at %s cannot" : "None of the servers %s can")
                  .formatted(Connection.names(servers))
              + " be reached: "
              + cause(failure)
              + ".");
      err.println("  Start one with `pawl dev`, or name another with --address or PAWL_ADDRESS.");
    } else if (error.code() == Status.Code.DEADLINE_EXCEEDED && error.reason().isEmpty()) {
      error("No answer from " + Connection.names(invocation.servers()) + " in time.");
      err.println("  The command may have had its effect; wait longer with --timeout, or look.");
    } else {
      error((error.message().isEmpty() ? word(error.code()) : error.message()) + reason);
    }
    for (PawlError.FieldViolation field : error.fields()) {
      err.println("  " + (field.path().isEmpty() ? "" : field.path() + ": ") + field.message());
    }
    error.precondition().ifPresent(this::precondition);
    error.metadata().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> err.println("  " + entry.getKey() + ": " + entry.getValue()));
    if (error.code() == Status.Code.UNAUTHENTICATED) {
      err.println(
          error.reason().isEmpty()
              ? "  In a network that you trust set PAWL_INSECURE_NETWORK=true."
              : "  Put your token into PAWL_TOKEN, or name a file that holds it with"
                  + " --token-file.");
    } else if (error.code() == Status.Code.PERMISSION_DENIED) {
      err.println("  See what you may do: pawl auth whoami");
    }
    if (invocation.isVerbose()) {
      err.println("  status: " + failure.getStatus());
    }
    return ExitCode.of(error.code()).number();
  }

  /** What the run, or the step of it, is and would accept instead. */
  private void precondition(PawlError.Precondition precondition) {
    if (!precondition.state().isEmpty()) {
      err.println("  state now: " + precondition.state());
    }
    err.println(
        "  allowed now: "
            + (precondition.allowed().isEmpty()
                ? "nothing"
                : precondition.allowed().stream()
                    .map(States::typed)
                    .collect(Collectors.joining(", "))));
  }

  private static String cause(StatusRuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return "nobody answers there";
      }
    }
    String description = failure.getStatus().getDescription();
    return description == null ? word(failure.getStatus().getCode()) : description;
  }

  private static String word(Status.Code code) {
    return code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void error(String message) {
    err.println(invocation.style().red("error:") + " " + message);
  }
}
