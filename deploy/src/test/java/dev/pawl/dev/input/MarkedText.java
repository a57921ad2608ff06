package dev.pawl.dev.input;

import java.util.ArrayList;
import java.util.List;

/**
 * A text in which {@code §} stands before each place that is wrong.
 *
 * @param text without the marks
 * @param places of the marks, as {@code line:column}
 */
record MarkedText(String text, List<String> places) {
  private static final char MARK = '§';

  static MarkedText of(String marked) {
    StringBuilder text = new StringBuilder();
    List<String> places = new ArrayList<>();
    int line = 1;
    int column = 1;
    for (int i = 0; i < marked.length(); i++) {
      char c = marked.charAt(i);
      if (c == MARK) {
        places.add(line + ":" + column);
        continue;
      }
      text.append(c);
      column++;
      if (c == '\n') {
        line++;
        column = 1;
      }
    }
    return new MarkedText(text.toString(), List.copyOf(places));
  }
}
