package dev.pawl.api.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import dev.pawl.api.call.Guards;
import dev.pawl.api.fake.FakeRuns;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.fake.Watching;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.covers.Covers;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.v1.DownloadLogsRequest;
import dev.pawl.v1.DownloadLogsResponse;
import dev.pawl.v1.LogFile;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogLines;
import dev.pawl.v1.LogManifest;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogDownloadTest {
  private static final String RUN = "projects/shop/runs/" + Samples.RUN;
  private static final String LOAD = RUN + "/taskRuns/load";
  private static final ExecutionId EXECUTION = new ExecutionId(Samples.RUN, "load", 0);

  private final Gateway gateway =
      new Gateway(Guards.USUAL, Duration.ofMillis(400), Duration.ofSeconds(15));

  LogDownloadTest() {
    String hash = Samples.submitDaily(gateway);
    gateway.runs.heads.put(
        Samples.RUN, FakeRuns.head(Samples.RUN, Samples.header(hash), RunStatus.RUNNING));
    steps(1, 0);
  }

  private void steps(long load, long report) {
    gateway.runs.steps.put(
        Samples.RUN,
        List.of(
            Samples.step(0, "load", StepStatus.RUNNING, load),
            Samples.step(
                1, "report", report == 0 ? StepStatus.WAIT_UPSTREAM : StepStatus.RUNNING, report)));
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private Watching<DownloadLogsRequest, DownloadLogsResponse> download(
      Watching<DownloadLogsRequest, DownloadLogsResponse> reader,
      String parent,
      Consumer<DownloadLogsRequest.Builder> wish) {
    DownloadLogsRequest.Builder request = DownloadLogsRequest.newBuilder().setParent(parent);
    wish.accept(request);
    LogServiceGrpc.newStub(gateway.channel).downloadLogs(request.build(), reader);
    return reader;
  }

  private List<DownloadLogsResponse> downloaded(
      String parent, Consumer<DownloadLogsRequest.Builder> wish) {
    Watching<DownloadLogsRequest, DownloadLogsResponse> reader =
        download(Watching.all(), parent, wish);
    reader.awaitCompletion();
    return reader.received();
  }

  private static ByteString file(List<DownloadLogsResponse> messages) {
    return messages.stream()
        .map(DownloadLogsResponse::getData)
        .reduce(ByteString.EMPTY, ByteString::concat);
  }

  private String text(String parent, Consumer<DownloadLogsRequest.Builder> wish) {
    return file(downloaded(parent, wish)).toStringUtf8();
  }

  private static Map<String, String> unzip(List<DownloadLogsResponse> messages) {
    Map<String, String> files = new LinkedHashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(file(messages).toByteArray()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new AssertionError("the archive is no zip", e);
    }
    return files;
  }

  private static LogManifest manifest(Map<String, String> files) throws Exception {
    LogManifest.Builder manifest = LogManifest.newBuilder();
    JsonFormat.parser().merge(Objects.requireNonNull(files.get("manifest.json")), manifest);
    return manifest.build();
  }

  /** The lines of a text, without its head and foot. */
  private static List<String> lines(String file) {
    return file.lines().filter(line -> !line.startsWith("#")).toList();
  }

  /** The lines that the stream has of a section, as a text has them. */
  private List<String> streamed(String task, long fence) {
    Watching<TailLogsRequest, TailLogsResponse> reader = Watching.all();
    LogServiceGrpc.newStub(gateway.channel)
        .tailLogs(
            TailLogsRequest.newBuilder().setParent(RUN + "/taskRuns/" + task).build(), reader);
    reader.awaitCompletion();
    List<String> lines = new ArrayList<>();
    for (TailLogsResponse message : reader.received()) {
      if (message.getSection().getFence() == fence) {
        for (LogLine line : message.getLinesList()) {
          lines.add(LogText.line(line).stripTrailing());
        }
      }
    }
    return lines;
  }

  @Test
  @Covers({"OBS-13", "OBS-14"})
  void the_text_of_a_step_explains_itself() {
    gateway.logs.store(
        Chunks.section(
            "load",
            1,
            0,
            1,
            Operation.EXECUTE,
            Chunks.line(LogLevel.LOG_LEVEL_INFO, 1, "copying"),
            Chunks.line(LogLevel.LOG_LEVEL_WARN, 2, "disk full")));
    gateway.logs.store(Chunks.chunk("load", 2, 1, 1));
    gateway.executions.views.put(
        EXECUTION,
        Samples.execution(
            EXECUTION,
            Samples.attempt(1, 1, Operation.EXECUTE, ExecutionStatus.FAILED),
            Samples.attempt(2, 2, Operation.RETRY, ExecutionStatus.RUNNING)));
    List<DownloadLogsResponse> messages = downloaded(LOAD, _ -> {});
    assertThat(messages.getFirst().getFileName())
        .isEqualTo("pawl-" + Samples.RUN.value() + "-load.log");
    assertThat(messages.getFirst().getMediaType()).isEqualTo("text/plain");
    assertThat(file(messages).toStringUtf8())
        .isEqualTo(
            """
            # Pawl log
            # project    shop
            # run        01jd8z4v7h3nq5r6s7t8v9w0xy
            # workflow   daily v1
            # step       load
            # execution  0
            # round      0
            # attempt    1
            # operation  EXECUTE
            # fence      1
            # worker     w1
            # started    2026-03-01T10:00:01.000Z
            # ended      2026-03-01T10:00:01.500Z
            # state      FAILED
            # reason     EXIT_CODE
            # message    exit code 28
            # server     Pawl 1.2.3
            # written    1970-01-01T00:00:00.000Z
            #
            2026-03-01T10:00:01.000Z INFO  copying
            2026-03-01T10:00:02.000Z WARN  disk full
            # 2 lines, complete.

            # Pawl log
            # project    shop
            # run        01jd8z4v7h3nq5r6s7t8v9w0xy
            # workflow   daily v1
            # step       load
            # execution  0
            # round      0
            # attempt    2
            # operation  RETRY
            # fence      2
            # worker     w1
            # started    2026-03-01T10:00:02.000Z
            # ended      not yet
            # state      RUNNING
            # server     Pawl 1.2.3
            # written    1970-01-01T00:00:00.000Z
            #
            ------------------------ -     load 2 line 1
            # 1 line, so far; the attempt is at work.
            """);
  }

  @Test
  void only_what_is_wanted_is_in_the_text_and_the_text_says_so() {
    gateway.logs.store(
        Chunks.section(
            "load",
            1,
            0,
            1,
            Operation.EXECUTE,
            Chunks.line(LogLevel.LOG_LEVEL_INFO, 1, "copying"),
            Chunks.line(LogLevel.LOG_LEVEL_WARN, 2, "disk full")));
    gateway.logs.store(Chunks.last("load", 2, 1, 1));
    String text =
        text(
            LOAD,
            request -> {
              request.getSelectionBuilder().setAttempt(1);
              request.getFilterBuilder().setMinLevel(LogLevel.LOG_LEVEL_WARN).setText("full");
            });
    assertThat(lines(text)).containsExactly("2026-03-01T10:00:02.000Z WARN  disk full");
    assertThat(text)
        .contains(
            "# only       level WARN and graver, with \"full\"\n", "# 1 line of 2, complete.");
  }

  @Test
  void lines_that_are_kept_no_more_are_told_of_in_their_place() {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 6));
    gateway.logs.store(Chunks.chunk("load", 1, 7, 1));
    gateway.logs.dropLines();
    String all = text(LOAD, _ -> {});
    assertThat(lines(all)).isEmpty();
    assertThat(all).contains("# Lines 1 to 7 are stored no more.\n# 0 lines of 7, so far;");

    gateway.logs.store(Chunks.last("load", 1, 8, 2));
    String rest = text(LOAD, _ -> {});
    assertThat(lines(rest)).hasSize(2);
    assertThat(rest)
        .contains("#\n# Lines 1 to 7 are stored no more.\n-")
        .endsWith("# 2 lines of 9, what is left of it.\n");
  }

  @Test
  @Covers("OCP-51")
  void the_text_of_a_step_that_waits_says_that_there_is_no_log() {
    assertThat(text(RUN + "/taskRuns/report", _ -> {}))
        .contains("# step       report\n", "# state      WAIT_UPSTREAM\n")
        .endsWith("# No attempt has begun: there is no log.\n");
  }

  @Test
  @Covers("OCP-46")
  void the_archive_of_a_run_has_a_file_for_each_attempt_with_what_the_stream_has()
      throws Exception {
    steps(3, 1);
    gateway.logs.store(Chunks.chunk("load", 1, 1, 2_000));
    gateway.logs.store(Chunks.last("load", 1, 2_001, 1_000));
    gateway.logs.store(
        Chunks.section(
            "load",
            2,
            0,
            1,
            Operation.ROLLBACK,
            Chunks.line(LogLevel.LOG_LEVEL_INFO, 3, "removed \u65b0 copy")));
    gateway.logs.store(Chunks.chunk("report", 1, 1, 5));
    gateway.executions.views.put(
        EXECUTION,
        Samples.execution(
            EXECUTION,
            Samples.attempt(1, 1, Operation.EXECUTE, ExecutionStatus.FAILED),
            Samples.attempt(2, 1, Operation.ROLLBACK, ExecutionStatus.SUCCEEDED),
            Samples.attempt(3, 2, Operation.RETRY, ExecutionStatus.RUNNING)));
    List<DownloadLogsResponse> messages = downloaded(RUN, _ -> {});
    assertThat(messages.getFirst().getFileName()).isEqualTo("pawl-" + Samples.RUN.value() + ".zip");
    Map<String, String> files = unzip(messages);
    assertThat(files.keySet())
        .containsExactly(
            "load/round-0-attempt-1-execute.log",
            "load/round-0-attempt-1-rollback.log",
            "load/round-0-attempt-2-retry.log",
            "report/round-0-attempt-1-execute.log",
            "manifest.json");
    assertThat(lines(Objects.requireNonNull(files.get("load/round-0-attempt-1-execute.log"))))
        .hasSize(3_000)
        .isEqualTo(streamed("load", 1));
    assertThat(lines(Objects.requireNonNull(files.get("load/round-0-attempt-1-rollback.log"))))
        .hasSize(1)
        .isEqualTo(streamed("load", 2));
    assertThat(files.get("load/round-0-attempt-2-retry.log"))
        .endsWith("#\n# 0 lines, so far; the attempt is at work.\n");
    assertThat(files.get("report/round-0-attempt-1-execute.log"))
        .endsWith("# 5 lines, so far; the attempt is at work.\n");
    LogManifest manifest = manifest(files);
    assertThat(manifest.getRun()).isEqualTo(RUN);
    assertThat(manifest.getState()).isEqualTo("RUNNING");
    assertThat(manifest.getServerVersion()).isEqualTo("1.2.3");
    assertThat(manifest.getFilesList())
        .extracting(LogFile::getPath)
        .containsExactlyElementsOf(
            files.keySet().stream().filter(path -> path.endsWith(".log")).toList());
    assertThat(manifest.getFilesList())
        .extracting(LogFile::getLines)
        .containsExactly(3_000L, 1L, 0L, 5L);
  }

  @Test
  void the_archive_of_a_run_that_did_nothing_holds_its_manifest() throws Exception {
    steps(0, 0);
    Map<String, String> files = unzip(downloaded(RUN, _ -> {}));
    assertThat(files.keySet()).containsExactly("manifest.json");
    assertThat(manifest(files).getFilesList()).isEmpty();
  }

  @Test
  void what_is_written_while_an_archive_is_made_is_left_out_of_what_was_begun() {
    incompressible("load", 40);
    Watching<DownloadLogsRequest, DownloadLogsResponse> reader =
        download(Watching.byHand(), RUN, _ -> {});
    reader.take(2);
    reader.await(2);
    gateway.logs.store(Chunks.last("load", 1, 401, 10));
    reader.take(1_000);
    reader.awaitCompletion();
    String file =
        Objects.requireNonNull(unzip(reader.received()).get("load/round-0-attempt-1-execute.log"));
    assertThat(lines(file)).hasSize(400);
    assertThat(file).endsWith("# 400 lines, so far; the attempt is at work.\n");
  }

  @Test
  void a_reader_that_takes_nothing_costs_no_more_than_a_few_chunks_and_is_ended() {
    incompressible("load", 400);
    Watching<DownloadLogsRequest, DownloadLogsResponse> slow =
        download(Watching.byHand(), RUN, _ -> {});
    slow.take(2);
    PawlError error = PawlErrors.of(slow.awaitFailure());
    assertThat(error.reason()).contains("READER_TOO_SLOW");
    assertThat(error.message()).contains("begin again");
    assertThat(gateway.logs.reads.get()).isLessThan(20);
    assertThat(gateway.streams.size()).isZero();
  }

  @Test
  void who_downloads_from_a_node_that_leaves_is_told_to_begin_again() {
    incompressible("load", 400);
    Watching<DownloadLogsRequest, DownloadLogsResponse> reader =
        download(Watching.byHand(), RUN, _ -> {});
    reader.take(2);
    reader.await(2);
    gateway.streams.leave();
    PawlError error = PawlErrors.of(reader.awaitFailure());
    assertThat(error.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(error.reason()).contains("NOT_SERVING");
  }

  @Test
  void who_wants_what_is_not_there_is_told_what_there_is_before_anything_is_sent() {
    gateway.logs.store(Chunks.last("load", 1, 1, 3));
    for (String parent : List.of(RUN, LOAD)) {
      Watching<DownloadLogsRequest, DownloadLogsResponse> reader =
          download(Watching.all(), parent, request -> request.getSelectionBuilder().setAttempt(9));
      PawlError error = PawlErrors.of(reader.awaitFailure());
      assertThat(error.reason()).contains("LOG_NOT_FOUND");
      assertThat(error.message()).contains("round 0 attempt 1 EXECUTE (fence 1)");
      assertThat(reader.received()).isEmpty();
    }
    Watching<DownloadLogsRequest, DownloadLogsResponse> unknown =
        download(Watching.all(), RUN + "/taskRuns/none", _ -> {});
    assertThat(PawlErrors.of(unknown.awaitFailure()).reason()).contains("STEP_NOT_FOUND");
    Watching<DownloadLogsRequest, DownloadLogsResponse> malformed =
        download(Watching.all(), RUN, request -> request.getSelectionBuilder().setRound(-1));
    assertThat(PawlErrors.of(malformed.awaitFailure()).message()).contains("selection.round");
  }

  /** Chunks of ten lines each that no compression makes small. */
  private void incompressible(String task, int chunks) {
    Random random = new Random(1);
    for (int i = 0; i < chunks; i++) {
      LogLines.Builder lines = LogLines.newBuilder();
      for (int j = 0; j < 10; j++) {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < 500; k++) {
          text.append(Long.toString(random.nextLong(), 36));
        }
        lines.addLines(LogLine.newBuilder().setText(text.toString()));
      }
      gateway.logs.store(
          Chunks.packed(
              task, 1, 1 + i * 10L, 10, false, false, Chunks.pack(lines.build().toByteArray())));
    }
  }
}
