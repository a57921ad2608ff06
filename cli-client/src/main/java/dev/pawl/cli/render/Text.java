package dev.pawl.cli.render;

import java.util.regex.Pattern;

/** Text as a terminal lays it out. */
public final class Text {
  private static final Pattern COLOR = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final Pattern ESCAPE =
      Pattern.compile("\u001b(\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(\u0007|\u001b\\\\)?|.)?");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\t]]");

  private Text() {}

  /** How many columns it takes; colours take none. */
  public static int width(String text) {
    String plain = text.indexOf('\u001b') < 0 ? text : COLOR.matcher(text).replaceAll("");
    return plain.codePoints().map(Text::width).sum();
  }

  private static int width(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        codePoint >= 0x1100
            && (codePoint <= 0x115f
                || (codePoint >= 0x2e80 && codePoint <= 0xa4cf)
                || (codePoint >= 0xac00 && codePoint <= 0xd7a3)
                || (codePoint >= 0xf900 && codePoint <= 0xfaff)
                || (codePoint >= 0xfe30 && codePoint <= 0xfe6f)
                || (codePoint >= 0xff00 && codePoint <= 0xff60)
                || (codePoint >= 0xffe0 && codePoint <= 0xffe6)
                || (codePoint >= 0x1f300 && codePoint <= 0x1faff)
                || (codePoint >= 0x20000 && codePoint <= 0x3fffd));
    return wide ? 2 : 1;
  }

  /** Filled with spaces to so many columns. */
  public static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  /** Cut to so many columns; colours stay whole. */
  public static String fit(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    var cut = new StringBuilder();
    int used = 0;
    boolean colored = false;
    for (int i = 0; i < text.length(); ) {
      var color = COLOR.matcher(text).region(i, text.length());
      if (color.lookingAt()) {
        cut.append(color.group());
        colored = true;
        i = color.end();
        continue;
      }
      int codePoint = text.codePointAt(i);
      if (used + width(codePoint) > columns) {
        break;
      }
      used += width(codePoint);
      cut.appendCodePoint(codePoint);
      i += Character.charCount(codePoint);
    }
    return colored ? cut.append("\u001b[0m").toString() : cut.toString();
  }

  /** Without escape sequences and control characters, which a worker's output may hold. */
  public static String harmless(String text) {
    String plain = text.indexOf('\u001b') < 0 ? text : ESCAPE.matcher(text).replaceAll("");
    return CONTROL.matcher(plain).replaceAll("").replace("\t", "    ");
  }
}
