package dev.pawl.bench.history.evidence;

import dev.pawl.bench.history.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One subscriber over all its streams. */
public final class Subscriber {
  private final String name;
  private final List<Stream> streams = new ArrayList<>();

  /** One subscription. */
  public static final class Stream {
    private final Watch.Subscribed opened;
    private final List<Watch> messages = new ArrayList<>();
    private Optional<Watch.Closed> closed = Optional.empty();

    Stream(Watch.Subscribed opened) {
      this.opened = opened;
    }

    public Watch.Subscribed opened() {
      return opened;
    }

    /** What arrived, in its order. */
    public List<Watch> messages() {
      return messages;
    }

    /** How it ended; absent when it was open to the last. */
    public Optional<Watch.Closed> closed() {
      return closed;
    }

    void close(Watch.Closed end) {
      closed = Optional.of(end);
    }
  }

  Subscriber(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }

  /** Its subscriptions, one after the other. */
  public List<Stream> streams() {
    return streams;
  }
}
