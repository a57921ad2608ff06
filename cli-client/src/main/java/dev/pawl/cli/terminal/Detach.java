package dev.pawl.cli.terminal;

/**
 * What to say when Ctrl-C ends the process while it only looks on.
 *
 * <p>The JVM itself exits with 130 then; this adds the last words.
 */
public final class Detach implements AutoCloseable {
  private final Thread hook;

  private Detach(Runnable lastWords) {
    this.hook = Thread.ofPlatform().name("detach").unstarted(lastWords);
  }

  /** Arms the last words until closed. */
  public static Detach onInterrupt(Runnable lastWords) {
    Detach detach = new Detach(lastWords);
    Runtime.getRuntime().addShutdownHook(detach.hook);
    return detach;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: the last words are being said.
      return;
    }
  }
}
