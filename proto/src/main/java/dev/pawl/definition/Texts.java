package dev.pawl.definition;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rules of names and of free text, and how a message repeats what it was given. */
final class Texts {
  static final int NAME_LENGTH = 63;
  static final int TEXT_LENGTH = 256;

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final Pattern VARIABLE = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final int ECHO = 40;

  private Texts() {}

  /** A project, workflow, task, group, worker or label key. */
  static boolean isName(String text) {
    return text.length() <= NAME_LENGTH && NAME.matcher(text).matches();
  }

  static void checkName(Findings findings, FieldPath path, String text) {
    if (text.isEmpty()) {
      findings.add(path, "is missing: give a name such as \"load-orders\"");
    } else if (!isName(text)) {
      findings.add(
          path,
          "%s is not a name: %s; names are 1 to 63 of a-z 0-9 . _ - and begin with a letter or digit"
              .formatted(quote(text), fault(text, ".-_", true)),
          () -> repaired(text, "-", "[^a-z0-9._-]+", "^[._-]+").filter(Texts::isName));
    }
  }

  /** A parameter, input or output. */
  static void checkVariable(Findings findings, FieldPath path, String text) {
    if (text.isEmpty()) {
      findings.add(path, "is missing: give a name such as \"row_count\"");
    } else if (text.length() > NAME_LENGTH || !VARIABLE.matcher(text).matches()) {
      findings.add(
          path,
          "%s is not a name here: %s; names of parameters, inputs and outputs are 1 to 63 of a-z 0-9 _ and begin with a letter"
              .formatted(quote(text), fault(text, "_", false)),
          () ->
              repaired(text, "_", "[^a-z0-9_]+", "^[0-9_]+")
                  .filter(name -> VARIABLE.matcher(name).matches()));
    }
  }

  /** Free text of one line: a display name, an owner, the value of a label. */
  static void checkText(Findings findings, FieldPath path, String text) {
    int length = text.codePointCount(0, text.length());
    if (length > TEXT_LENGTH) {
      findings.add(path, "has %s characters; at most %d".formatted(count(length), TEXT_LENGTH));
    }
    control(text)
        .ifPresent(
            found -> findings.add(path, "holds %s; use plain text of one line".formatted(found)));
  }

  static Optional<String> control(String text) {
    return text.codePoints()
        .filter(Character::isISOControl)
        .mapToObj("the control character U+%04X"::formatted)
        .findFirst();
  }

  private static String fault(String text, String signs, boolean digitFirst) {
    Optional<String> control = control(text);
    if (control.isPresent()) {
      return "it holds " + control.get();
    }
    if (text.length() > NAME_LENGTH) {
      return "it has %s characters".formatted(count(text.length()));
    }
    for (char separator : new char[] {'/', '\\'}) {
      if (text.indexOf(separator) >= 0) {
        return "it holds the path separator " + separator;
      }
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      boolean digit = c >= '0' && c <= '9';
      if (!letter && !digit && signs.indexOf(c) < 0) {
        return "it holds " + quote(text.substring(i, text.offsetByCodePoints(i, 1)));
      }
      if (i == 0 && !letter && !(digit && digitFirst)) {
        return "it begins with " + quote(String.valueOf(c));
      }
    }
    return "it is malformed";
  }

  private static Optional<String> repaired(
      String text, String dash, String foreign, String leading) {
    if (text.length() > NAME_LENGTH) {
      return Optional.empty();
    }
    return Optional.of(
        text.toLowerCase(Locale.ROOT).replaceAll(foreign, dash).replaceFirst(leading, ""));
  }

  /** What was given, in quotes, on one line and not longer than a reader wants. */
  static String quote(String text) {
    String shown = '"' + shorten(text) + '"';
    return text.length() > ECHO
        ? shown + " (%s characters)".formatted(count(text.codePointCount(0, text.length())))
        : shown;
  }

  static String shorten(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(ECHO)
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                shown.append('\\').appendCodePoint(c);
              } else if (Character.isISOControl(c)
                  || Character.getType(c) == Character.FORMAT
                  || Character.getType(c) == Character.SURROGATE
                  || Character.getType(c) == Character.LINE_SEPARATOR
                  || Character.getType(c) == Character.PARAGRAPH_SEPARATOR) {
                shown.append("\\u%04X".formatted(c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return text.codePointCount(0, text.length()) > ECHO ? shown + "..." : shown.toString();
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
