package dev.pawl.cli.render;

/** How data is printed. */
public enum OutputFormat {
  TABLE,
  /** A table with more columns. */
  WIDE,
  /** The proto3 JSON form of the message of the API. */
  JSON,
  /** One such message per line. */
  JSONL,
  YAML,
  /** All columns of a list, as RFC 4180 has it. */
  CSV,
  /** Full resource names. */
  NAME,
  /** Lines of logs as they were written. */
  RAW;

  /** Whether people read it. */
  public boolean isForPeople() {
    return this == TABLE || this == WIDE;
  }
}
