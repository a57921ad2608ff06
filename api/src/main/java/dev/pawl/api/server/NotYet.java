package dev.pawl.api.server;

import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.view.DefinitionRow;
import dev.pawl.engine.view.Page;
import dev.pawl.engine.view.Revision;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunRow;
import dev.pawl.engine.view.Views;
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

  /** No lists. */
  static final class NoViews implements Views {
    @Override
    public CompletionStage<Page<RunRow>> runs(
        String project,
        RunFilter filter,
        Optional<String> afterKey,
        int size,
        List<Revision> atLeast) {
      return unavailable("views");
    }

    @Override
    public CompletionStage<Page<DefinitionRow>> definitions(
        DefinitionKind kind,
        String project,
        Optional<String> afterKey,
        int size,
        List<Revision> atLeast) {
      return unavailable("views");
    }

    @Override
    public CompletionStage<List<RunId>> resolve(String project, String prefixOrSuffix, int max) {
      return unavailable("views");
    }

    @Override
    public CompletionStage<Snapshot> snapshot(String project, List<RunId> only) {
      return unavailable("views");
    }
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
