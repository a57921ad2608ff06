package dev.pawl.engine.feed;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of the runs that were seen last: every fact in the feed is shown with its run's. What
 * the runs of one definition have in common is kept once.
 */
final class RunHeaders {
  private static final long CACHED_BYTES = 8L * 1024 * 1024;
  private static final int ALIKE = 500;

  // The header, its own strings and instants, the run's id, and the cache's entry.
  private static final int OVERHEAD = 560;

  private final Cache<RunId, RunHeader> headers =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_BYTES)
          .weigher((RunId id, RunHeader header) -> weight(header))
          .build();

  // By the hash of the definition, one of each.
  private final Cache<String, RunHeader> samples = Caffeine.newBuilder().maximumSize(ALIKE).build();

  /** Keeps a header, and gives what is kept: an equal one. */
  RunHeader keep(RunId run, RunHeader header) {
    RunHeader known = headers.getIfPresent(run);
    if (known != null) {
      return known;
    }
    RunHeader sample = samples.get(header.definitionHash(), _ -> header);
    RunHeader slim = sample == header ? header : slim(header, sample);
    headers.put(run, slim);
    return slim;
  }

  @Nullable RunHeader get(RunId run) {
    return headers.getIfPresent(run);
  }

  /** The header with the sample's objects where those equal its own. */
  private static RunHeader slim(RunHeader header, RunHeader sample) {
    return new RunHeader(
        either(sample.definition(), header.definition()),
        header.definitionVersion(),
        sample.definitionHash(),
        header.taskCount(),
        header.parameters(),
        either(sample.labels(), header.labels()),
        either(sample.initiator(), header.initiator()),
        header.requestId(),
        header.bodyHash(),
        header.traceparent(),
        header.createdAt(),
        header.deadline(),
        either(sample.objects(), header.objects()),
        header.locks(),
        header.split(),
        header.parent());
  }

  private static <T> T either(T sample, T own) {
    return sample.equals(own) ? sample : own;
  }

  private static int weight(RunHeader header) {
    int bytes = OVERHEAD;
    for (Map.Entry<String, Payload> parameter : header.parameters().entrySet()) {
      bytes += 100 + 2 * parameter.getKey().length();
      bytes +=
          switch (parameter.getValue()) {
            case Payload.Inline(var value) -> 100 + 2 * value.getSerializedSize();
            case Payload.Stored _ -> 200;
          };
    }
    for (LockName lock : header.locks()) {
      bytes += 150 + 2 * lock.key().map(String::length).orElse(0);
    }
    return bytes
        + 150 * header.labels().size()
        + 250 * header.objects().size()
        + 80 * header.split().size();
  }
}
