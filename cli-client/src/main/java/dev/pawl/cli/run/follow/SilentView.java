package dev.pawl.cli.run.follow;

import dev.pawl.cli.render.Json;
import dev.pawl.v1.WatchResponse;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * For programs: where the run stands and the events behind that as they are, one per line, or
 * nothing before the end.
 *
 * @param events where they go, if they are wanted
 */
record SilentView(Optional<PrintStream> events) implements FollowView {
  @Override
  public void begin(Board board) {}

  @Override
  public void message(WatchResponse message) {
    if (message.hasEvent() || message.hasRow()) {
      events.ifPresent(out -> out.println(Json.line(message)));
    }
  }

  @Override
  public void changed(Board board, List<Board.Change> changes) {}

  @Override
  public void log(String step, List<String> lines) {}
}
