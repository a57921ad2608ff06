package dev.pawl.api.call;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The streams that a server holds open; told when the server leaves. */
public final class OpenStreams {
  private final Map<Object, Runnable> endings = new ConcurrentHashMap<>();
  private volatile boolean leaving;

  /**
   * Remembers a stream until it is removed. A server that is leaving already says so at once.
   *
   * @param ending tells the stream that the server leaves; called at most once
   */
  public void add(Object stream, Runnable ending) {
    endings.put(stream, ending);
    if (leaving) {
      end(stream);
    }
  }

  /** The stream is over. */
  public void remove(Object stream) {
    endings.remove(stream);
  }

  /** How many are open. */
  public int size() {
    return endings.size();
  }

  /** Ends all streams, and each that is opened from now on. */
  public void leave() {
    leaving = true;
    endings.keySet().forEach(this::end);
  }

  private void end(Object stream) {
    Runnable ending = endings.remove(stream);
    if (ending != null) {
      ending.run();
    }
  }
}
