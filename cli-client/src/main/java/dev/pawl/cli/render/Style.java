package dev.pawl.cli.render;

/**
 * Colours and glyphs, never one without a word beside it.
 *
 * @param colored whether to colour
 * @param unicode whether the reader's locale can show more than ASCII
 * @param glyphs whether states have one
 */
public record Style(boolean colored, boolean unicode, boolean glyphs) {
  private static final String RESET = "\u001b[0m";

  public Style(boolean colored, boolean unicode) {
    this(colored, unicode, true);
  }

  /** Bare words, for what programs read. */
  public static Style words() {
    return new Style(false, true, false);
  }

  public String bold(String text) {
    return paint("1", text);
  }

  public String dim(String text) {
    return paint("2", text);
  }

  public String red(String text) {
    return paint("31", text);
  }

  public String green(String text) {
    return paint("32", text);
  }

  public String yellow(String text) {
    return paint("33", text);
  }

  public String cyan(String text) {
    return paint("36", text);
  }

  /** A state by its name without prefix, with its glyph: {@code ✓ SUCCEEDED}. */
  public String state(String state) {
    return glyphs ? paintAs(state, glyph(state) + " " + state) : state;
  }

  /** The glyph alone, painted. */
  public String mark(String state) {
    return paintAs(state, glyph(state));
  }

  private String paintAs(String state, String text) {
    return switch (kind(state)) {
      case DONE -> green(text);
      case FAILED -> red(text);
      case RUNNING -> cyan(text);
      case STOPPED, UNDONE -> yellow(text);
      case WAITING -> dim(text);
    };
  }

  private String glyph(String state) {
    return switch (kind(state)) {
      case DONE -> unicode ? "✓" : "+";
      case FAILED -> unicode ? "✗" : "x";
      case RUNNING -> unicode ? "●" : "*";
      case WAITING -> unicode ? "○" : "o";
      case STOPPED -> unicode ? "⊘" : "-";
      case UNDONE -> unicode ? "↩" : "<";
    };
  }

  public String ellipsis() {
    return unicode ? "…" : "...";
  }

  public String bar() {
    return unicode ? "│" : "|";
  }

  /** How far something is, drawn. */
  public String progress(long done, long total, int width) {
    int full = total == 0 ? width : (int) (done * width / total);
    return (unicode ? "█" : "#").repeat(full) + (unicode ? "░" : ".").repeat(width - full);
  }

  private enum Kind {
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    STOPPED,
    UNDONE
  }

  private static Kind kind(String state) {
    return switch (state) {
      case "SUCCEEDED", "ACTIVE", "UP", "SUCCESS", "ACCEPTED" -> Kind.DONE;
      case "FAILED", "TIMED_OUT", "ROLLBACK_FAILED", "EXPIRED", "DOWN" -> Kind.FAILED;
      case "FAIL", "REFUSED", "UNANSWERED" -> Kind.FAILED;
      case "RUNNING", "TERMINATING", "ROLLING_BACK", "PAUSING", "OFFLINING" -> Kind.RUNNING;
      case "JOINING", "WEAKLY_UP", "LEAVING", "EXITING" -> Kind.RUNNING;
      case "TERMINATED", "SKIPPED", "PAUSED", "OFFLINE", "DELETED" -> Kind.STOPPED;
      case "PART_SUCCESS", "CANCELLED" -> Kind.STOPPED;
      case "ROLLED_BACK" -> Kind.UNDONE;
      // Waiting of every kind, and states of servers that are newer than this client.
      default -> Kind.WAITING;
    };
  }

  private String paint(String code, String text) {
    return colored ? "\u001b[" + code + "m" + text + RESET : text;
  }
}
