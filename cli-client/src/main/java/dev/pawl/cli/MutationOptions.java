package dev.pawl.cli;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that changes something. */
public final class MutationOptions {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  @Option(names = "--dry-run", description = "Check everything and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--expected-version",
      paramLabel = "N",
      description = "Refuse unless the entity's revision is this one.")
  private @Nullable Long expectedVersion;

  public String reason() {
    return reason;
  }

  public boolean isDryRun() {
    return dryRun;
  }

  public OptionalLong expectedVersion() {
    Long given = expectedVersion;
    return given == null ? OptionalLong.empty() : OptionalLong.of(given);
  }
}
