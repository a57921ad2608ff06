package dev.pawl.cli;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which version of a definition is wanted. */
public final class VersionOption {
  @Option(names = "--version", paramLabel = "N", description = "A version (the newest).")
  private @Nullable Long version;

  /** The version; empty for the newest. */
  public OptionalLong wanted() {
    Long given = version;
    return given == null ? OptionalLong.empty() : OptionalLong.of(given);
  }
}
