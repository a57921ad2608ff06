package dev.pawl.cli.run.follow;

import dev.pawl.cli.run.Located;
import dev.pawl.v1.WatchResponse;
import java.util.List;

/** Shows a run to somebody who follows it. */
interface FollowView {
  /** The run and its steps are known for the first time. */
  void begin(Board board);

  /** A message of the stream, before it is applied. */
  default void message(WatchResponse message) {}

  void changed(Board board, List<Board.Change> changes);

  void log(String step, List<String> lines);

  /** Somebody wants to see this step in the first place. */
  default void open(Located step) {}

  /** Time passed; called some ten times a second. */
  default void tick(Board board) {}

  /** Nothing follows, whether the run has ended or not. */
  default void end(Board board) {}
}
