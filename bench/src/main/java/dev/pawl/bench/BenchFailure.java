package dev.pawl.bench;

/** The end of a bench that could not do what was asked. */
public class BenchFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode 2 when the caller has to write the command or a file in another way, else 1
   */
  public BenchFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
