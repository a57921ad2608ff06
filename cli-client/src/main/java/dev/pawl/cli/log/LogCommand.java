package dev.pawl.cli.log;

import dev.pawl.cli.Invocation;

/** What commands on logs share: they print lines, list what there is, or save a file. */
public final class LogCommand {
  private final Invocation invocation;
  private final LogOptions options;

  public LogCommand(Invocation invocation, LogOptions options) {
    this.invocation = invocation;
    this.options = options;
  }

  /**
   * Does what the options say.
   *
   * @param parent the full name of a run or of a step
   * @param prefixed whether each line that is printed begins with its step, unless the options say
   *     otherwise
   */
  public void run(String parent, boolean prefixed) {
    options.check();
    if (options.isSections()) {
      new SectionList(invocation, options).print(parent);
    } else if (options.download().isPresent()) {
      new LogSaver(invocation, options).save(parent, options.download().get());
    } else {
      new LogPrinter(invocation, options).print(parent, prefixed);
    }
  }
}
