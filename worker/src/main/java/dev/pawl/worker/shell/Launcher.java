package dev.pawl.worker.shell;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is put before a command so that it leads a session and a process group of its own.
 *
 * @param prefix a program and its arguments that replaces itself by the command
 */
record Launcher(List<String> prefix) {
  private static final Logger log = LoggerFactory.getLogger(Launcher.class);

  /** Finds one: setsid of util-linux, else Perl, which macOS has. */
  static Launcher find(String path) {
    Optional<String> setsid = program("setsid", path);
    if (setsid.isPresent()) {
      return new Launcher(List.of(setsid.get()));
    }
    Optional<String> perl = program("perl", path);
    if (perl.isPresent()) {
      return new Launcher(
          List.of(
              perl.get(),
              "-e",
              "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV or die \"$ARGV[0]: $!\\n\"",
              "--"));
    }
    log.warn(
        "Neither setsid nor perl is in the PATH; scripts get no process group of their own, and a"
            + " stop kills only their descendants");
    return new Launcher(List.of());
  }

  boolean givesOwnGroup() {
    return !prefix.isEmpty();
  }

  private static Optional<String> program(String name, String path) {
    return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/bin", "/bin"))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }
}
