package dev.pawl.cli.run.follow;

import dev.pawl.cli.render.Json;
import dev.pawl.v1.WatchResponse;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * For programs: the events as they are, one per line, or nothing before the end.
 *
 * @param events where events go, if they are wanted
 */
record SilentView(Optional<PrintStream> events) implements FollowView {
  @Override
  public void begin(Board board) {}

  @Override
  public void message(WatchResponse message) {
    if (message.hasEvent()) {
      events.ifPresent(out -> out.println(Json.line(message)));
    }
  }

  @Override
  public void changed(Board board, List<Board.Change> changes) {}

  @Override
  public void log(String step, List<String> lines) {}
}
