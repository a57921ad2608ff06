package dev.pawl.cli;

import io.grpc.Status;

/** How a command ends, as a number that scripts may rely on. */
public enum ExitCode {
  OK(0, "the command did what was asked"),
  FAILED(1, "the command failed"),
  USAGE(2, "it was called wrongly, or a file or field has mistakes"),
  NOT_FOUND(3, "nothing has that name"),
  FORBIDDEN(4, "not authenticated, or not allowed"),
  CONFLICT(5, "the state refuses it, or somebody else was faster"),
  UNREACHABLE(6, "the server cannot be reached"),
  TIMED_OUT(7, "it took longer than --timeout"),
  RUN_FAILED(10, "the run that was followed failed"),
  RUN_TERMINATED(11, "the run that was followed was stopped"),
  INTERRUPTED(130, "interrupted; a run that was followed goes on");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  public int number() {
    return number;
  }

  public String meaning() {
    return meaning;
  }

  /** The code for a call that ended with this status. */
  public static ExitCode of(Status.Code code) {
    return switch (code) {
      case OK -> OK;
      case INVALID_ARGUMENT -> USAGE;
      case NOT_FOUND -> NOT_FOUND;
      case UNAUTHENTICATED, PERMISSION_DENIED -> FORBIDDEN;
      case FAILED_PRECONDITION, ALREADY_EXISTS, ABORTED, OUT_OF_RANGE -> CONFLICT;
      case UNAVAILABLE -> UNREACHABLE;
      case DEADLINE_EXCEEDED -> TIMED_OUT;
      case CANCELLED, UNKNOWN, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL, DATA_LOSS -> FAILED;
    };
  }
}
