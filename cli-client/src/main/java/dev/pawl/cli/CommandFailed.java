package dev.pawl.cli;

import java.util.List;

/** The end of a command that could not do what was asked: what to tell, and the exit code. */
public final class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final List<String> advice;

  private CommandFailed(ExitCode exitCode, String message, List<String> advice) {
    super(message, null, false, false);
    this.exitCode = exitCode;
    this.advice = List.copyOf(advice);
  }

  /** The caller has to write the command in another way. */
  public static CommandFailed usage(String message, String... advice) {
    return new CommandFailed(ExitCode.USAGE, message, List.of(advice));
  }

  public static CommandFailed of(ExitCode exitCode, String message, String... advice) {
    return new CommandFailed(exitCode, message, List.of(advice));
  }

  /** What could not be done, and why. */
  public String message() {
    return String.valueOf(getMessage());
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  /** Lines that say what to do next. */
  public List<String> advice() {
    return advice;
  }
}
