package dev.pawl.cli.lock;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.resource.Names;
import dev.pawl.v1.Lock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which lock is meant: its key, or none for the global lock, and its scope. */
final class LockReference {
  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "What the lock is about; without it the global lock is meant.")
  private @Nullable String key;

  @Option(names = "--scope", paramLabel = "SCOPE", description = "Its scope (maintenance).")
  private String scope = "maintenance";

  @Nullable String key() {
    return key;
  }

  String name(Invocation invocation) {
    return invocation.names().parent() + "/locks/" + scope;
  }

  /** Such as {@code maintenance lock of z1} or {@code global maintenance lock}. */
  static String text(Lock lock) {
    return lock.hasKey()
        ? lock.getScope() + " lock of " + lock.getKey()
        : "global " + lock.getScope() + " lock";
  }

  static String holder(Lock lock) {
    return Names.brief(Names.last(lock.getHolder()));
  }
}
