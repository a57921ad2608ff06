package dev.pawl.cli.log;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Sizes;
import dev.pawl.client.ResumingStream;
import dev.pawl.v1.DownloadLogsRequest;
import dev.pawl.v1.DownloadLogsResponse;
import dev.pawl.v1.LogServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Saves the log of a step as a text, or those of a run as an archive. */
final class LogSaver {
  /** A download has no cursor: one that breaks begins again, and not for ever. */
  private static final int MOST_TRIES = 4;

  private final Invocation invocation;
  private final LogOptions options;

  LogSaver(Invocation invocation, LogOptions options) {
    this.invocation = invocation;
    this.options = options;
  }

  /**
   * Saves it.
   *
   * @param parent the full name of a run or of a step
   * @param to a file, a directory, {@code -}, or nothing for the name that the server gives
   */
  void save(String parent, String to) {
    boolean archive = !parent.contains("/taskRuns/");
    if (to.equals("-")) {
      print(parent, archive);
      return;
    }
    Path target = Path.of(to);
    boolean named = !to.isEmpty() && !Files.isDirectory(target);
    if (named) {
      checkFree(target);
      checkDirectory(target);
    }
    try (Partial partial = new Partial()) {
      read(
          parent,
          message -> {
            if (!message.getFileName().isEmpty()) {
              Path file = named ? target : target.resolve(safe(message.getFileName()));
              if (!named) {
                checkFree(file);
              }
              partial.begin(file);
            }
            partial.write(message.getData());
          });
      long bytes = partial.finish(options.isForce());
      say(partial.file(), bytes);
    } catch (IOException e) {
      throw CommandFailed.of(
          ExitCode.FAILED, "The log cannot be saved: " + reason(e), "Nothing of it is kept.");
    }
  }

  private static String reason(IOException failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private void print(String parent, boolean archive) {
    if (archive && invocation.streams().screen().isInteractive()) {
      throw CommandFailed.usage(
          "An archive is nothing to look at.", "Name a file, or hand it on in a pipe.");
    }
    var out = invocation.streams().out();
    try {
      read(
          parent,
          message -> {
            if (out.checkError()) {
              throw new IOException("nobody reads the standard output");
            }
            message.getData().writeTo(out);
          });
      out.flush();
    } catch (IOException e) {
      throw CommandFailed.of(ExitCode.FAILED, "The log cannot be printed: " + reason(e));
    }
  }

  /** What is done with a message. */
  private interface Taker {
    void take(DownloadLogsResponse message) throws IOException;
  }

  private void read(String parent, Taker taker) throws IOException {
    DownloadLogsRequest.Builder request =
        DownloadLogsRequest.newBuilder()
            .setParent(parent)
            .setSelection(options.selection(invocation, parent))
            .setFilter(options.filter(invocation));
    boolean prints = options.download().filter("-"::equals).isPresent();
    AtomicInteger begun = new AtomicInteger();
    ResumingStream<DownloadLogsRequest, DownloadLogsResponse> stream =
        new ResumingStream<>(
            invocation.connection().channel(),
            LogServiceGrpc.getDownloadLogsMethod(),
            _ -> request.build(),
            _ -> "",
            settings());
    try {
      stream.forEach(
          message -> {
            if (!message.getFileName().isEmpty()) {
              check(begun.incrementAndGet(), prints);
            }
            try {
              taker.take(message);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            return true;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** What was printed cannot be taken back, and a file is not tried for ever. */
  private static void check(int tries, boolean prints) {
    if (tries > (prints ? 1 : MOST_TRIES)) {
      throw CommandFailed.of(
          ExitCode.UNREACHABLE,
          "The download broke off, and what came of it is not whole.",
          "Ask again.");
    }
  }

  private ResumingStream.Settings settings() {
    return invocation
        .connection()
        .streams()
        .telling(
            new ResumingStream.Listener() {
              @Override
              public void broken(StatusRuntimeException why) {
                invocation.note("The download broke; beginning again.");
              }
            });
  }

  private void checkFree(Path file) {
    if (Files.isDirectory(file)) {
      throw CommandFailed.usage(file + " is a directory.", "Name another file.");
    }
    if (!options.isForce() && Files.exists(file)) {
      throw exists(file);
    }
  }

  static CommandFailed exists(Path file) {
    return CommandFailed.usage(
        file + " exists already.", "Say --force to replace it, or name another file.");
  }

  private static void checkDirectory(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw CommandFailed.usage(
          "There is no directory for " + file + ".", "Make it first, or name another file.");
    }
  }

  /** A name from elsewhere, which must not lead to another directory. */
  private static String safe(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._~-]", "_");
    return plain.startsWith(".") ? "_" + plain : plain;
  }

  private void say(Path file, long bytes) {
    Struct saved =
        Struct.newBuilder()
            .putFields("file", Value.newBuilder().setStringValue(file.toString()).build())
            .putFields("bytes", Value.newBuilder().setNumberValue((double) bytes).build())
            .build();
    invocation
        .printer()
        .item(
            saved,
            file.toString(),
            file.toString(),
            () -> List.of("Saved %s (%s)".formatted(file, Sizes.bytes(bytes))));
  }
}
