package dev.pawl.api.access;

/** The tokens file cannot be used; the message says where and why. */
public final class TokensUnusable extends Exception {
  private static final long serialVersionUID = 1L;

  TokensUnusable(String message) {
    super(message);
  }

  TokensUnusable(String message, Throwable cause) {
    super(message, cause);
  }
}
