package dev.pawl.dev.postgres;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that holds a data directory and its PostgreSQL until it is killed. */
public final class DirectoryHolder {
  private DirectoryHolder() {}

  public static void main(String[] arguments) throws Exception {
    EmbeddedPostgres postgres =
        arguments[0].equals("--ephemeral")
            ? EmbeddedPostgres.ephemeral()
            : EmbeddedPostgres.persistent(Path.of(arguments[0]));
    System.out.printf("%d %s%n", postgres.pid(), postgres.directory());
    new CountDownLatch(1).await();
  }
}
