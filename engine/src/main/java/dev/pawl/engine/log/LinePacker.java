package dev.pawl.engine.log;

import com.google.protobuf.ByteString;
import java.time.Instant;

/** Packs lines that the engine itself writes, as workers pack theirs. */
@FunctionalInterface
public interface LinePacker {
  /** One line. */
  ByteString pack(Instant at, String text);
}
