package dev.pawl.engine.feed;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import org.jspecify.annotations.Nullable;

/** The headers of the runs that were seen last: every fact in the feed is shown with its run's. */
final class RunHeaders {
  private static final long CACHED_BYTES = 32L * 1024 * 1024;
  private static final int OVERHEAD = 600;

  private final Cache<RunId, RunHeader> headers =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_BYTES)
          .weigher((RunId id, RunHeader header) -> weight(header))
          .build();

  void put(RunId run, RunHeader header) {
    headers.put(run, header);
  }

  @Nullable RunHeader get(RunId run) {
    return headers.getIfPresent(run);
  }

  private static int weight(RunHeader header) {
    int bytes = OVERHEAD;
    for (Payload payload : header.parameters().values()) {
      bytes +=
          switch (payload) {
            case Payload.Inline(var value) -> 100 + 2 * value.getSerializedSize();
            case Payload.Stored _ -> 200;
          };
    }
    return bytes + 150 * header.labels().size();
  }
}
