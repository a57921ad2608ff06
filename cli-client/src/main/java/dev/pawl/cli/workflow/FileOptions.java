package dev.pawl.cli.workflow;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which definition files are meant. */
final class FileOptions {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "PATH",
      description = "A file, a directory, or - for the standard input; may be repeated.")
  private List<String> files = List.of();

  @Parameters(paramLabel = "PATH", arity = "0..*", description = "As -f.")
  private List<String> arguments = List.of();

  List<String> paths() {
    return Stream.concat(files.stream(), arguments.stream()).toList();
  }
}
