package dev.pawl.cli.terminal;

/** The terminal that shows the standard output, or the lack of one. */
public interface Screen {
  /** Whether somebody looks at the output while it is written. */
  boolean isInteractive();

  /** Whether somebody can be asked: the standard input is a terminal too. */
  boolean canAsk();

  Size size();

  /** How many characters fit. */
  record Size(int columns, int rows) {}

  /** A pipe or a file. */
  static Screen none() {
    return new Screen() {
      @Override
      public boolean isInteractive() {
        return false;
      }

      @Override
      public boolean canAsk() {
        return false;
      }

      @Override
      public Size size() {
        return new Size(80, 24);
      }
    };
  }

  /** That of this process. */
  static Screen system() {
    return new SystemScreen();
  }
}
