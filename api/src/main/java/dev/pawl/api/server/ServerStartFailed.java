package dev.pawl.api.server;

/** The server could not start; the message says what to do about it. */
public final class ServerStartFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** What was in the way. */
  public enum Reason {
    /** A listener off loopback was asked for without `insecure-network`. */
    INSECURE_NETWORK,
    /** The address is not free, or not ours. */
    ADDRESS_UNUSABLE,
    /** The tokens file cannot be used. */
    TOKENS_UNUSABLE,
    /** An rpc does not say who may call it. */
    UNDECLARED_PERMISSION,
    /** The engine did not start: the cause says why. */
    ENGINE
  }

  ServerStartFailed(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  ServerStartFailed(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
