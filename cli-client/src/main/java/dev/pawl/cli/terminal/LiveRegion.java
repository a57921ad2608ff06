package dev.pawl.cli.terminal;

import dev.pawl.cli.render.Text;
import java.io.PrintStream;
import java.util.List;

/** Lines at the bottom of a terminal that are redrawn in place. */
public final class LiveRegion {
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String CLEAR_LINE = "\u001b[2K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintStream out;
  private int drawn;

  public LiveRegion(PrintStream out) {
    this.out = out;
  }

  /** Draws over what was drawn before; each line is cut to the width. */
  public synchronized void draw(List<String> lines, int columns) {
    StringBuilder frame = new StringBuilder(HIDE_CURSOR);
    rewind(frame);
    for (String line : lines) {
      frame.append(CLEAR_LINE).append(Text.fit(line, columns)).append('\n');
    }
    frame.append(CLEAR_BELOW);
    drawn = lines.size();
    out.print(frame);
    out.flush();
  }

  /** Leaves the last frame and gives the cursor back. */
  public synchronized void end() {
    drawn = 0;
    out.print(SHOW_CURSOR);
    out.flush();
  }

  private void rewind(StringBuilder frame) {
    if (drawn > 0) {
      frame.append("\u001b[").append(drawn).append('A').append('\r');
    }
  }
}
