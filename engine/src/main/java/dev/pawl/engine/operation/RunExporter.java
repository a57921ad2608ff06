package dev.pawl.engine.operation;

import dev.pawl.engine.view.RunColumn;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunFilterReader;
import dev.pawl.engine.view.RunRow;
import dev.pawl.engine.view.Slice;
import dev.pawl.engine.view.Views;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes runs as CSV (RFC 4180), a page of the list at a time: each page is a query of its own, so
 * no transaction stays open, and a run that changes meanwhile shows where it was when its page was
 * read. Runs that were created since the first page are not in the file.
 */
public final class RunExporter implements Exporter {
  /** How long a file is kept at least. */
  public static final Duration KEPT = Duration.ofDays(7);

  /** The largest file. */
  public static final long MOST_BYTES = 256L * 1024 * 1024;

  private static final int PAGE = 1_000;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Views views;
  private final RunFilterReader filters;
  private final OperationFiles files;
  private final InstantSource clock;
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();

  public RunExporter(
      Views views, RunFilterReader filters, OperationFiles files, InstantSource clock) {
    this.views = views;
    this.filters = filters;
    this.files = files;
    this.clock = clock;
  }

  @Override
  public CompletionStage<OperationFile> export(
      OperationId id,
      int attempt,
      String project,
      OperationWork.Export work,
      BooleanSupplier wanted) {
    return CompletableFuture.supplyAsync(
        () -> {
          files.forget(id, attempt);
          try {
            return new Writing(id, attempt).write(project, work, wanted);
          } catch (RuntimeException e) {
            forget(id, attempt, e);
            throw e;
          }
        },
        blocking);
  }

  /** What cannot be deleted now goes with the next attempt, or by its age. */
  private void forget(OperationId id, int attempt, RuntimeException failure) {
    try {
      files.forget(id, attempt);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private final class Writing {
    private final OperationId id;
    private final int attempt;
    private final MessageDigest digest = sha256();
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    private int chunks;
    private long size;
    private long rows;

    Writing(OperationId id, int attempt) {
      this.id = id;
      this.attempt = attempt;
    }

    OperationFile write(String project, OperationWork.Export work, BooleanSupplier wanted) {
      RunFilter filter = filter(work.filter());
      List<RunColumn> columns = columns(work.columns());
      line(columns, RunColumn::title);
      Optional<String> next = Optional.empty();
      do {
        if (!wanted.getAsBoolean()) {
          throw new CancellationException("nobody wants the export any more");
        }
        Slice<RunRow> page = views.slice(project, filter, next, PAGE).toCompletableFuture().join();
        for (RunRow row : page.rows()) {
          line(columns, column -> column.of(row));
          rows++;
        }
        next = page.next();
      } while (next.isPresent());
      flush();
      Instant now = clock.instant();
      return new OperationFile(
          "runs-%s.csv".formatted(id.value().substring(Math.max(0, id.value().length() - 8))),
          "text/csv; charset=utf-8; header=present",
          attempt,
          chunks,
          size,
          rows,
          HexFormat.of().formatHex(digest.digest()),
          now.plus(KEPT));
    }

    private void line(List<RunColumn> columns, Function<RunColumn, String> cell) {
      byte[] line =
          columns.stream()
              .map(column -> quoted(cell.apply(column)))
              .collect(Collectors.joining(",", "", "\r\n"))
              .getBytes(StandardCharsets.UTF_8);
      size += line.length;
      if (size > MOST_BYTES) {
        throw new ExportFailed(
            "FILE_TOO_LARGE",
            "the file would be larger than %d MiB: narrow the filter, or name fewer columns"
                .formatted(MOST_BYTES / 1024 / 1024));
      }
      chunk.writeBytes(line);
      if (chunk.size() >= CHUNK_BYTES) {
        flush();
      }
    }

    private void flush() {
      if (chunk.size() == 0) {
        return;
      }
      byte[] bytes = chunk.toByteArray();
      digest.update(bytes);
      files.write(id, attempt, chunks, bytes, clock.instant());
      chunks++;
      chunk.reset();
    }
  }

  private RunFilter filter(String text) {
    try {
      return filters.read(text);
    } catch (RuntimeException e) {
      throw new ExportFailed(
          "INVALID_FILTER", "this server cannot read the filter: " + e.getMessage());
    }
  }

  private static List<RunColumn> columns(List<String> names) {
    return names.stream()
        .map(
            name ->
                RunColumn.named(name)
                    .orElseThrow(
                        () ->
                            new ExportFailed(
                                "UNKNOWN_COLUMN", "this server knows no column " + name)))
        .toList();
  }

  /** RFC 4180: quotes around what has a comma, a quote or a line break; quotes are doubled. */
  static String quoted(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ',' || c == '"' || c == '\r' || c == '\n') {
        return '"' + text.replace("\"", "\"\"") + '"';
      }
    }
    return text;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
