package dev.pawl.engine.log;

import dev.pawl.engine.run.RunId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The logs of executions: storing, reading, following. */
public interface Logs {

  /**
   * Stores a chunk, in order, through the hub of its run. Completes after the commit; a chunk that
   * is stored already (or overlaps) changes nothing.
   */
  CompletionStage<Stored> append(LogChunk chunk);

  /**
   * How far a section is stored.
   *
   * @param storedSequence everything up to this line is stored
   * @param closed it takes no more lines
   */
  record Stored(long storedSequence, boolean closed) {}

  /** The sections of a run, or of one task of it, oldest first. */
  CompletionStage<List<LogSection>> sections(RunId run, Optional<String> task);

  /** Stored chunks of one section from the one that holds a line on, about so many bytes. */
  CompletionStage<List<LogChunk>> read(LogKey key, long fromSequence, int maxBytes);

  /**
   * Follows a run's (or one task's) new chunks: each call of {@link Tail#next} gives the chunks
   * that were stored since the last one, waiting until there are some. A tail that is not asked
   * keeps at most a bounded number of chunks, then says {@link TailLagged}; its reader then reads
   * what it missed from the store.
   */
  Tail tail(RunId run, Optional<String> task);

  /** A live reader; close it. */
  interface Tail extends AutoCloseable {
    /** The chunks since the last call, or an empty list after a second without any. */
    CompletionStage<List<LogChunk>> next();

    @Override
    void close();
  }

  /** The tail's reader was too slow: chunks are missing between the last call and the next. */
  final class TailLagged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TailLagged() {
      super("the reader of a live log did not keep up");
    }
  }
}
