package dev.pawl.engine.run;

/** A run's id: 128 bit as 26 characters of lower-case Crockford base32. */
public record RunId(String value) {
  /** Of every id, in characters. */
  public static final int LENGTH = 26;

  @Override
  public String toString() {
    return value;
  }
}
