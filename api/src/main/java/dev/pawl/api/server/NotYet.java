package dev.pawl.api.server;

import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.RunId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lists and logs as long as the engine has none: every call is UNAVAILABLE. */
final class NotYet {
  private NotYet() {}

  private static <T> CompletionStage<T> unavailable(String what) {
    return CompletableFuture.failedFuture(
        new Unavailable("this engine has no " + what, new UnsupportedOperationException(what)));
  }

  /** No logs. */
  static final class NoLogs implements Logs {
    @Override
    public CompletionStage<Stored> append(LogChunk chunk) {
      return unavailable("logs");
    }

    @Override
    public CompletionStage<List<LogSection>> sections(RunId run, Optional<String> task) {
      return unavailable("logs");
    }

    @Override
    public CompletionStage<List<LogChunk>> read(LogKey key, long fromSequence, int maxBytes) {
      return unavailable("logs");
    }

    @Override
    public Tail tail(RunId run, Optional<String> task) {
      return new Tail() {
        @Override
        public CompletionStage<List<LogChunk>> next() {
          return unavailable("logs");
        }

        @Override
        public void close() {}
      };
    }
  }
}
