package dev.pawl.definition;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in the text of an action for a value that the task is handed: {@code {inputs.name}}
 * or {@code {outputs.name}}. Other braces are text.
 *
 * @param name of the input or output
 */
public record Placeholder(Kind kind, String name) {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{(inputs|outputs)\\.([a-z][a-z0-9_]{0,62})\\}");

  /** Which values it is one of. */
  public enum Kind {
    INPUTS,
    /** Of the success that an undo takes back. */
    OUTPUTS
  }

  /** All of a text, in their order. */
  public static List<Placeholder> in(String text) {
    return PLACEHOLDER.matcher(text).results().map(Placeholder::of).toList();
  }

  /** The text with something else in the place of each. */
  public static String replace(String text, Function<Placeholder, String> value) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value.apply(of(found))));
  }

  private static Placeholder of(MatchResult found) {
    return new Placeholder(Kind.valueOf(found.group(1).toUpperCase(Locale.ROOT)), found.group(2));
  }

  /** As definitions write it. */
  @Override
  public String toString() {
    return "{%s.%s}".formatted(kind.name().toLowerCase(Locale.ROOT), name);
  }
}
