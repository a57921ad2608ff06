package dev.pawl.engine.cluster;

import dev.pawl.engine.run.RunId;
import dev.pawl.engine.wire.ClusterMessage;
import java.util.List;

/**
 * What a node lets the others know in passing. It may be lost: whoever hangs on it also looks by
 * itself, only later.
 */
public sealed interface Bulletin extends ClusterMessage {

  /** Facts were stored: the feed has something to read. */
  record FactsStored() implements Bulletin {}

  /**
   * A worker group lives on this node.
   *
   * @param born just now, so it knows neither its workers nor who waits
   */
  record GroupLives(String group, boolean born) implements Bulletin {}

  /** Somebody on this node reads the logs of these runs live. */
  record LogsFollowed(List<RunId> runs) implements Bulletin {
    public LogsFollowed {
      runs = List.copyOf(runs);
    }
  }

  /** This node stored log of these runs, which somebody elsewhere reads live. */
  record LogsStored(List<RunId> runs) implements Bulletin {
    public LogsStored {
      runs = List.copyOf(runs);
    }
  }
}
