package dev.pawl.dev.postgres;

import java.nio.file.Path;

/** Where a user's files belong, as freedesktop.org has it. */
public final class XdgDirectories {
  private XdgDirectories() {}

  /** Data that is kept: the default of {@code pawl dev --data}. */
  public static Path data() {
    return directory("XDG_DATA_HOME", ".local/share").resolve("pawl").resolve("dev");
  }

  /** Files that can be made again. */
  static Path cache() {
    return directory("XDG_CACHE_HOME", ".cache").resolve("pawl");
  }

  private static Path directory(String variable, String fallback) {
    String value = System.getenv().getOrDefault(variable, "");
    // The specification has relative paths ignored.
    return value.startsWith("/")
        ? Path.of(value)
        : Path.of(System.getProperty("user.home", "/"), fallback);
  }
}
