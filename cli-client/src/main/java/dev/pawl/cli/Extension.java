package dev.pawl.cli;

import java.util.function.Function;

/**
 * A command that another module adds.
 *
 * @param under the group that it belongs to, such as {@code worker}; empty for the top
 * @param command makes the picocli command, which may use the global options of the invocation
 */
public record Extension(String under, Function<Invocation, Object> command) {
  /** A command at the top. */
  public static Extension top(Function<Invocation, Object> command) {
    return new Extension("", command);
  }
}
