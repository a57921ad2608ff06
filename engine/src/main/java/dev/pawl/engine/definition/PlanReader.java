package dev.pawl.engine.definition;

import com.google.protobuf.ByteString;

/**
 * Reads the plan out of stored definition content.
 *
 * <p>The content is the public contract's message, which the engine does not know: the gateway
 * implements this.
 */
public interface PlanReader {

  /** The plan of content that was checked before it was stored. */
  Plan read(ByteString content);
}
