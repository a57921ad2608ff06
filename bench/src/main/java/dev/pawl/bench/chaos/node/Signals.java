package dev.pawl.bench.chaos.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The signals that Java cannot send: stop a process where it stands, and let it go on. */
final class Signals {
  private Signals() {}

  static void stop(Stream<ProcessHandle> processes) throws IOException, InterruptedException {
    send("STOP", processes);
  }

  static void goOn(Stream<ProcessHandle> processes) throws IOException, InterruptedException {
    send("CONT", processes);
  }

  /** One of them may have ended meanwhile; the others get the signal all the same. */
  private static void send(String signal, Stream<ProcessHandle> processes)
      throws IOException, InterruptedException {
    List<String> pids = new ArrayList<>();
    processes.forEach(process -> pids.add(Long.toString(process.pid())));
    if (pids.isEmpty()) {
      return;
    }
    new ProcessBuilder(
            "/bin/sh",
            "-c",
            "for pid in %s; do kill -s %s $pid; done".formatted(String.join(" ", pids), signal))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
