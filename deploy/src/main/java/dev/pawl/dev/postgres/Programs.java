package dev.pawl.dev.postgres;

import com.sun.security.auth.module.UnixSystem;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How PostgreSQL's programs are started on this machine: in a session of their own, so that the
 * terminal's Ctrl-C does not reach them before us, and never as root, which they refuse. Root's
 * programs run in a user namespace in which nobody is root; the files they make still belong to
 * root outside of it.
 */
final class Programs {
  private static final File NOTHING = new File("/dev/null");

  private final List<String> prefix;

  private Programs(List<String> prefix) {
    this.prefix = prefix;
  }

  static Programs ofThisMachine() throws StartupFailure {
    List<String> prefix = new ArrayList<>();
    if (new UnixSystem().getUid() == 0) {
      prefix.addAll(List.of("unshare", "-U"));
      requireUserNamespace();
    }
    if (onPath("setsid")) {
      prefix.add("setsid");
    }
    return new Programs(List.copyOf(prefix));
  }

  /** The program with an environment that no variable of libpq reaches. */
  ProcessBuilder builder(Path program, List<String> arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(program.toString());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(NOTHING)
            .redirectErrorStream(true)
            .directory(program.getRoot().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  private static void requireUserNamespace() throws StartupFailure {
    String why;
    try {
      Process process =
          new ProcessBuilder("unshare", "-U", "true")
              .redirectInput(NOTHING)
              .redirectErrorStream(true)
              .start();
      why = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0) {
        return;
      }
    } catch (IOException e) {
      why = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      why = "interrupted";
    }
    throw new StartupFailure(
        Reason.ROOT_REFUSED,
        "PostgreSQL refuses to run as root, and this machine allows no user namespace to run it in (%s). Run Pawl as another user, or `pawl server` with a PostgreSQL of your own."
            .formatted(why));
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
