package dev.pawl.api.access;

/** An rpc does not say what its caller needs, or where: it must not be served. */
public final class UndeclaredPermission extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UndeclaredPermission(String message) {
    super(message);
  }
}
