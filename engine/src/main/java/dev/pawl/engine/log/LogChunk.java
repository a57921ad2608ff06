package dev.pawl.engine.log;

import com.google.protobuf.ByteString;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import java.time.Instant;

/**
 * Lines of one attempt as the worker packed them; stored and handed on as they are.
 *
 * @param startedAt when the attempt began: the day names the partition
 * @param firstSequence of the first line; the others follow without gap
 * @param lines opaque to the engine: packed by the worker, unpacked by the gateway
 * @param last no line follows
 * @param truncated lines were dropped behind this chunk
 */
public record LogChunk(
    LogKey key,
    Instant startedAt,
    int round,
    int attempt,
    Operation operation,
    String worker,
    long firstSequence,
    int lineCount,
    ByteString lines,
    boolean last,
    boolean truncated) {

  /** The number behind the last line. */
  public long nextSequence() {
    return firstSequence + lineCount;
  }
}
