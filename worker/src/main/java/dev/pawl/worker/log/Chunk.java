package dev.pawl.worker.log;

import dev.pawl.v1.PushLogsRequest;

/**
 * Some lines, packed once and sent until they are stored.
 *
 * @param request sent byte for byte the same each time
 * @param permits of the section's and the worker's budget, given back once it is stored
 */
record Chunk(PushLogsRequest request, int permits) {
  long lastSequence() {
    return request.getFirstSequence() + request.getLineCount() - 1;
  }

  boolean isEmpty() {
    return request.getLineCount() == 0;
  }
}
