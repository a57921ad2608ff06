package dev.pawl.engine.operation;

/** An operation's id: 128 bit as 26 characters of lower-case Crockford base32. */
public record OperationId(String value) {

  @Override
  public String toString() {
    return value;
  }
}
