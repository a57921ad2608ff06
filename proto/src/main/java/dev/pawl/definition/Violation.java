package dev.pawl.definition;

import java.util.Optional;

/**
 * One mistake of a definition.
 *
 * @param path where it is, in the field names of the file: {@code tasks[3].needs[0]}, {@code
 *     labels["a b"]}; empty for the message as a whole
 * @param message what was expected, what is so, what to do, without the path
 * @param suggestion what was probably meant, ready to be put in its place
 */
public record Violation(String path, String message, Optional<String> suggestion) {
  @Override
  public String toString() {
    return (path.isEmpty() ? "" : path + ": ")
        + message
        + suggestion.map(" (did you mean \"%s\"?)"::formatted).orElse("");
  }
}
