package dev.pawl.bench;

import picocli.CommandLine.Option;

/** In which form results are wanted. */
public final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private Output.Format format = Output.Format.TABLE;

  public Output.Format format() {
    return format;
  }
}
