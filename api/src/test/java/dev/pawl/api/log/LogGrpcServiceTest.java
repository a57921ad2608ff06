package dev.pawl.api.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.pawl.api.call.Guards;
import dev.pawl.api.fake.FakeRuns;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.fake.Watching;
import dev.pawl.api.value.Timestamps;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.covers.Covers;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.LineFilter;
import dev.pawl.v1.ListLogSectionsRequest;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogSelection;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.MissingLines;
import dev.pawl.v1.Operation;
import dev.pawl.v1.ReadLogRequest;
import dev.pawl.v1.ReadLogResponse;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogGrpcServiceTest {
  private static final String RUN = "projects/shop/runs/" + Samples.RUN;
  private static final String LOAD = RUN + "/taskRuns/load";
  private static final ExecutionId LOAD_EXECUTION = new ExecutionId(Samples.RUN, "load", 0);

  private final Gateway gateway =
      new Gateway(Guards.USUAL, Duration.ofMillis(400), Duration.ofSeconds(15));
  private final LogServiceGrpc.LogServiceBlockingStub logs =
      LogServiceGrpc.newBlockingStub(gateway.channel);

  LogGrpcServiceTest() {
    String hash = Samples.submitDaily(gateway);
    gateway.runs.heads.put(
        Samples.RUN, FakeRuns.head(Samples.RUN, Samples.header(hash), RunStatus.RUNNING));
    steps(StepStatus.RUNNING, 1);
  }

  private void steps(StepStatus load, long fence) {
    gateway.runs.steps.put(
        Samples.RUN,
        List.of(
            Samples.step(0, "load", load, fence),
            Samples.step(1, "report", StepStatus.WAIT_UPSTREAM, 0)));
  }

  private void endRun() {
    gateway.runs.heads.computeIfPresent(
        Samples.RUN, (id, head) -> FakeRuns.head(id, head.header(), RunStatus.FAILED));
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private Watching<TailLogsRequest, TailLogsResponse> tail(
      String parent, Consumer<TailLogsRequest.Builder> wish) {
    return tail(Watching.all(), parent, wish);
  }

  private Watching<TailLogsRequest, TailLogsResponse> tail(
      Watching<TailLogsRequest, TailLogsResponse> reader,
      String parent,
      Consumer<TailLogsRequest.Builder> wish) {
    TailLogsRequest.Builder request = TailLogsRequest.newBuilder().setParent(parent);
    wish.accept(request);
    LogServiceGrpc.newStub(gateway.channel).tailLogs(request.build(), reader);
    return reader;
  }

  private static Map<String, List<Long>> numbers(List<TailLogsResponse> messages) {
    Map<String, List<Long>> numbers = new TreeMap<>();
    for (TailLogsResponse message : messages) {
      String[] parts = message.getSection().getExecution().split("/", -1);
      List<Long> section =
          numbers.computeIfAbsent(
              parts[5] + " " + message.getSection().getFence(), _ -> new ArrayList<>());
      message.getLinesList().forEach(line -> section.add(line.getSequence()));
    }
    return numbers;
  }

  private static int lines(List<TailLogsResponse> messages) {
    return messages.stream().mapToInt(TailLogsResponse::getLinesCount).sum();
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  @Covers("OCP-51")
  void each_attempt_is_a_section_of_its_own_and_a_step_that_waits_has_none() {
    gateway.logs.store(Chunks.last("load", 1, 1, 3));
    gateway.logs.store(Chunks.chunk("load", 2, 1, 2));
    List<LogSection> sections =
        logs.listLogSections(ListLogSectionsRequest.newBuilder().setParent(LOAD).build())
            .getSectionsList();
    assertThat(sections)
        .extracting(LogSection::getOperation)
        .containsExactly(Operation.OPERATION_EXECUTE, Operation.OPERATION_RETRY);
    assertThat(sections).extracting(LogSection::getLines).containsExactly(3L, 2L);
    assertThat(sections).extracting(LogSection::getEnded).containsExactly(true, false);
    assertThat(
            logs.listLogSections(
                    ListLogSectionsRequest.newBuilder().setParent(RUN + "/taskRuns/report").build())
                .getSectionsList())
        .isEmpty();
    assertThat(
            Gateway.refusal(
                    () ->
                        logs.listLogSections(
                            ListLogSectionsRequest.newBuilder()
                                .setParent(RUN + "/taskRuns/none")
                                .build()))
                .reason())
        .contains("STEP_NOT_FOUND");
  }

  @Test
  @Covers("SYS-5")
  void a_server_that_leaves_says_where_to_go_on() {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 5));
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(RUN, request -> request.setFollow(true));
    String cursor = reader.await(1).getFirst().getCursor();
    gateway.streams.leave();
    PawlError end = PawlErrors.of(reader.awaitFailure());
    assertThat(end.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(end.reason()).contains("NOT_SERVING");
    assertThat(end.metadata()).containsEntry("cursor", cursor);
  }

  @Test
  void lines_are_read_in_pages_until_the_section_ends() {
    for (int i = 0; i < 10; i++) {
      gateway.logs.store(Chunks.chunk("load", 1, 1 + i * 100, 100, i == 9, i == 9));
    }
    List<Long> read = new ArrayList<>();
    long from = 0;
    ReadLogResponse page;
    do {
      page = read(from, 270);
      assertThat(page.getLinesCount()).isLessThanOrEqualTo(270);
      page.getLinesList().forEach(line -> read.add(line.getSequence()));
      from = page.getNextSequence();
    } while (page.hasNextSequence());
    assertThat(read).isEqualTo(upTo(1_000));
    assertThat(page.getTruncated()).isTrue();
  }

  @Test
  void a_section_that_goes_on_says_where_to() {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 5));
    assertThat(read(0, 0).getNextSequence()).isEqualTo(6);
    assertThat(read(6, 0).getNextSequence()).isEqualTo(6);
    assertThat(read(6, 0).getLinesList()).isEmpty();
    assertThat(read(3, 2).getLinesList()).extracting(LogLine::getSequence).containsExactly(3L, 4L);
  }

  private ReadLogResponse read(long from, int most) {
    return logs.readLog(
        ReadLogRequest.newBuilder()
            .setExecution(LOAD + "/executions/0")
            .setFence(1)
            .setFromSequence(from)
            .setMaxLines(most)
            .build());
  }

  // Choosing.

  /** A step that failed, was retried and failed again, and was taken back. */
  private void failedRetriedAndRolledBack() {
    gateway.logs.store(
        Chunks.section(
            "load",
            1,
            0,
            1,
            ExecutionEvent.Operation.EXECUTE,
            Chunks.line(LogLevel.LOG_LEVEL_INFO, 1, "copying"),
            Chunks.line(LogLevel.LOG_LEVEL_WARN, 2, "disk full")));
    gateway.logs.store(
        Chunks.section(
            "load",
            2,
            0,
            2,
            ExecutionEvent.Operation.RETRY,
            Chunks.line(LogLevel.LOG_LEVEL_INFO, 11, "copying again"),
            Chunks.line(LogLevel.LOG_LEVEL_ERROR, 12, "disk still full")));
    gateway.logs.store(
        Chunks.section(
            "load",
            3,
            0,
            2,
            ExecutionEvent.Operation.ROLLBACK,
            Chunks.line(LogLevel.LOG_LEVEL_UNSPECIFIED, 21, "removed the copy")));
    steps(StepStatus.ROLLED_BACK, 3);
  }

  private List<String> texts(
      Consumer<LogSelection.Builder> selection, Consumer<LineFilter.Builder> filter) {
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(
            LOAD,
            request -> {
              selection.accept(request.getSelectionBuilder());
              filter.accept(request.getFilterBuilder());
            });
    reader.awaitCompletion();
    return reader.received().stream()
        .flatMap(message -> message.getLinesList().stream())
        .map(LogLine::getText)
        .toList();
  }

  @Test
  @Covers("OCP-9")
  void execute_retry_and_rollback_are_sections_of_their_own_and_chosen_separately() {
    failedRetriedAndRolledBack();
    assertThat(
            logs.listLogSections(ListLogSectionsRequest.newBuilder().setParent(LOAD).build())
                .getSectionsList())
        .extracting(LogSection::getOperation)
        .containsExactly(
            Operation.OPERATION_EXECUTE, Operation.OPERATION_RETRY, Operation.OPERATION_ROLLBACK);
    assertThat(texts(choice -> choice.addOperations(Operation.OPERATION_EXECUTE), _ -> {}))
        .containsExactly("copying", "disk full");
    assertThat(texts(choice -> choice.addOperations(Operation.OPERATION_RETRY), _ -> {}))
        .containsExactly("copying again", "disk still full");
    assertThat(texts(choice -> choice.addOperations(Operation.OPERATION_ROLLBACK), _ -> {}))
        .containsExactly("removed the copy");
    assertThat(texts(choice -> choice.setAttempt(2), _ -> {}))
        .containsExactly("copying again", "disk still full", "removed the copy");
    assertThat(texts(choice -> choice.setFence(2), _ -> {})).hasSize(2);
    assertThat(texts(choice -> choice.setRound(0), _ -> {})).hasSize(5);
  }

  @Test
  void rounds_are_told_apart_though_their_attempts_have_the_same_numbers() {
    failedRetriedAndRolledBack();
    gateway.logs.store(
        Chunks.section(
            "load",
            4,
            1,
            1,
            ExecutionEvent.Operation.EXECUTE,
            Chunks.line(LogLevel.LOG_LEVEL_INFO, 31, "copying in round 1")));
    assertThat(texts(choice -> choice.setAttempt(1), _ -> {}))
        .containsExactly("copying", "disk full", "copying in round 1");
    assertThat(texts(choice -> choice.setAttempt(1).setRound(1), _ -> {}))
        .containsExactly("copying in round 1");
  }

  @Test
  @Covers("OBS-25")
  void lines_are_chosen_by_attempt_by_level_by_time_and_by_their_text() {
    failedRetriedAndRolledBack();
    assertThat(texts(_ -> {}, filter -> filter.setMinLevel(LogLevel.LOG_LEVEL_WARN)))
        .containsExactly("disk full", "disk still full");
    assertThat(
            texts(
                choice -> choice.setAttempt(1),
                filter -> filter.setMinLevel(LogLevel.LOG_LEVEL_WARN)))
        .containsExactly("disk full");
    assertThat(texts(_ -> {}, filter -> filter.setMinLevel(LogLevel.LOG_LEVEL_INFO))).hasSize(5);
    assertThat(
            texts(_ -> {}, filter -> filter.setSince(Timestamps.of(Samples.NOW.plusSeconds(12)))))
        .containsExactly("disk still full", "removed the copy");
    assertThat(texts(_ -> {}, filter -> filter.setText("copying")))
        .containsExactly("copying", "copying again");
    ReadLogResponse page =
        logs.readLog(
            ReadLogRequest.newBuilder()
                .setExecution(LOAD + "/executions/0")
                .setFence(2)
                .setFilter(LineFilter.newBuilder().setMinLevel(LogLevel.LOG_LEVEL_ERROR))
                .build());
    assertThat(page.getLinesList()).extracting(LogLine::getSequence).containsExactly(2L);
    assertThat(page.hasNextSequence()).isFalse();
  }

  @Test
  void a_choice_that_fits_nothing_is_refused_with_what_there_is() {
    failedRetriedAndRolledBack();
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(LOAD, request -> request.getSelectionBuilder().setAttempt(7));
    PawlError error = PawlErrors.of(reader.awaitFailure());
    assertThat(error.reason()).contains("LOG_NOT_FOUND");
    assertThat(error.message())
        .contains("step load", "round 0 attempt 1 EXECUTE (fence 1)", "attempt 2 ROLLBACK");
    Watching<TailLogsRequest, TailLogsResponse> ofRun =
        tail(RUN, request -> request.getSelectionBuilder().setRound(3));
    assertThat(PawlErrors.of(ofRun.awaitFailure()).reason()).contains("LOG_NOT_FOUND");
    Watching<TailLogsRequest, TailLogsResponse> pending =
        tail(RUN + "/taskRuns/report", request -> request.getSelectionBuilder().setAttempt(1));
    pending.awaitCompletion();
    assertThat(pending.received()).isEmpty();
    Watching<TailLogsRequest, TailLogsResponse> passed =
        tail(
            LOAD, request -> request.getSelectionBuilder().addOperations(Operation.OPERATION_PASS));
    assertThat(PawlErrors.of(passed.awaitFailure()).message()).contains("selection.operations");
  }

  @Test
  void a_follower_of_one_section_gets_its_lines_live_and_ends_with_it() {
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(
            LOAD,
            request ->
                request
                    .setFollow(true)
                    .getSelectionBuilder()
                    .addOperations(Operation.OPERATION_EXECUTE));
    Awaitility.await().until(() -> gateway.logs.openTails() == 1);
    failedRetriedAndRolledBack();
    endRun();
    reader.awaitCompletion();
    assertThat(numbers(reader.received())).isEqualTo(Map.of("load 1", upTo(2)));
  }

  @Test
  void a_cursor_is_good_for_the_same_choice_only_and_lets_follow_what_was_only_read() {
    failedRetriedAndRolledBack();
    LineFilter grave = LineFilter.newBuilder().setMinLevel(LogLevel.LOG_LEVEL_WARN).build();
    Watching<TailLogsRequest, TailLogsResponse> read =
        tail(LOAD, request -> request.setFilter(grave));
    read.awaitCompletion();
    String cursor = read.received().getFirst().getCursor();
    Watching<TailLogsRequest, TailLogsResponse> on =
        tail(LOAD, request -> request.setFilter(grave).setCursor(cursor).setFollow(true));
    on.awaitCompletion();
    assertThat(numbers(on.received())).isEqualTo(Map.of("load 2", List.of(2L)));
    Watching<TailLogsRequest, TailLogsResponse> other =
        tail(LOAD, request -> request.setCursor(cursor));
    assertThat(PawlErrors.of(other.awaitFailure()).reason()).contains("CURSOR_FILTER_MISMATCH");
  }

  @Test
  void the_sections_of_a_step_tell_how_their_attempts_ended_also_of_those_that_wrote_nothing() {
    gateway.logs.store(Chunks.last("load", 1, 1, 3));
    steps(StepStatus.RUNNING, 3);
    gateway.executions.views.put(
        LOAD_EXECUTION,
        Samples.execution(
            LOAD_EXECUTION,
            Samples.attempt(1, 1, ExecutionEvent.Operation.EXECUTE, ExecutionStatus.FAILED),
            Samples.attempt(2, 1, ExecutionEvent.Operation.ROLLBACK, ExecutionStatus.SUCCEEDED),
            Samples.attempt(3, 2, ExecutionEvent.Operation.RETRY, ExecutionStatus.RUNNING)));
    List<LogSection> sections =
        logs.listLogSections(ListLogSectionsRequest.newBuilder().setParent(LOAD).build())
            .getSectionsList();
    assertThat(sections).extracting(LogSection::getFence).containsExactly(1L, 2L, 3L);
    assertThat(sections).extracting(LogSection::getLines).containsExactly(3L, 0L, 0L);
    assertThat(sections).extracting(LogSection::getEnded).containsExactly(true, true, false);
    assertThat(sections).extracting(LogSection::hasEndTime).containsExactly(true, true, false);
    assertThat(sections.getFirst().getState()).isEqualTo(ExecutionState.EXECUTION_STATE_FAILED);
    assertThat(sections.getFirst().getReason()).isEqualTo("EXIT_CODE");
    assertThat(sections.getFirst().getBytes()).isPositive();
    ReadLogResponse silent =
        logs.readLog(
            ReadLogRequest.newBuilder().setExecution(LOAD + "/executions/0").setFence(2).build());
    assertThat(silent.getLinesList()).isEmpty();
    assertThat(silent.hasNextSequence()).isFalse();
  }

  @Test
  void an_unknown_section_is_not_found() {
    assertThat(Gateway.refusal(() -> read(1, 1)).reason()).contains("LOG_NOT_FOUND");
  }

  @Test
  void lines_that_are_kept_no_more_are_not_found_though_their_section_is_listed() {
    gateway.logs.store(Chunks.last("load", 1, 1, 5));
    gateway.logs.dropLines();

    assertThat(
            logs.listLogSections(ListLogSectionsRequest.newBuilder().setParent(RUN).build())
                .getSectionsList())
        .extracting(LogSection::getLines)
        .containsExactly(5L);
    PawlError refusal = Gateway.refusal(() -> read(1, 1));
    assertThat(refusal.reason()).contains("LOG_NOT_FOUND");
    assertThat(refusal.message()).contains("kept no more");
  }

  @Test
  void a_stream_says_which_sections_are_kept_no_more() {
    gateway.logs.store(Chunks.last("load", 1, 1, 5));
    gateway.logs.dropLines();
    Watching<TailLogsRequest, TailLogsResponse> reader = tail(RUN, _ -> {});
    reader.awaitCompletion();
    assertThat(reader.received())
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.getTruncated()).isTrue();
              assertThat(message.getSection().getTruncated()).isFalse();
              assertThat(message.getLinesList()).isEmpty();
            });
  }

  /** Of ten lines the first six were deleted before the last four came. */
  private void sixOfTenAreGone() {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 6));
    gateway.logs.dropLines();
    gateway.logs.store(Chunks.last("load", 1, 7, 4));
  }

  private static MissingLines missing(long first, long last) {
    return MissingLines.newBuilder().setFirstSequence(first).setLastSequence(last).build();
  }

  @Test
  void lines_that_came_behind_others_that_are_kept_no_more_are_read_with_which_are_missing() {
    sixOfTenAreGone();

    ReadLogResponse read = read(1, 1_000);
    assertThat(read.getMissingList()).containsExactly(missing(1, 6));
    assertThat(read.getLinesList())
        .extracting(LogLine::getSequence)
        .containsExactly(7L, 8L, 9L, 10L);
    assertThat(read.hasNextSequence()).isFalse();
    ReadLogResponse page = read(3, 2);
    assertThat(page.getMissingList()).containsExactly(missing(3, 6));
    assertThat(page.getNextSequence()).isEqualTo(9);
    assertThat(read(page.getNextSequence(), 2).getMissingList()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_stream_tells_which_lines_are_missing_before_those_that_came_later(boolean live) {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 6));
    gateway.logs.dropLines();
    if (!live) {
      gateway.logs.store(Chunks.last("load", 1, 7, 4));
    }
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(RUN, request -> request.setFollow(live));
    if (live) {
      Awaitility.await().until(() -> !reader.received().isEmpty());
      gateway.logs.store(Chunks.last("load", 1, 7, 4));
      Awaitility.await().until(() -> lines(reader.received()) == 4);
      steps(StepStatus.SUCCEEDED, 1);
      endRun();
    }
    reader.awaitCompletion();

    TailLogsResponse first = reader.received().getFirst();
    assertThat(first.getMissing()).isEqualTo(missing(1, 6));
    assertThat(first.getLinesList()).isEmpty();
    assertThat(first.getTruncated()).isEqualTo(live);
    assertThat(reader.received().stream().filter(TailLogsResponse::hasMissing)).hasSize(1);
    assertThat(numbers(reader.received())).isEqualTo(Map.of("load 1", List.of(7L, 8L, 9L, 10L)));
  }

  @Test
  void a_follower_hears_the_end_of_a_section_whose_lines_are_kept_no_more() {
    steps(StepStatus.RUNNING, 2);
    gateway.logs.store(Chunks.last("load", 2, 1, 1));
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(RUN, request -> request.setFollow(true));
    Awaitility.await().until(() -> lines(reader.received()) == 1);
    gateway.logs.storeUnseen(Chunks.chunk("load", 1, 1, 6));
    gateway.logs.dropLines();
    gateway.logs.store(Chunks.last("load", 1, 7, 0));
    Awaitility.await().until(() -> reader.received().size() == 2);
    steps(StepStatus.SUCCEEDED, 2);
    endRun();
    reader.awaitCompletion();

    assertThat(reader.received()).hasSize(2);
    assertThat(reader.received().getLast().getMissing()).isEqualTo(missing(1, 6));
  }

  @Test
  void without_follow_the_stream_ends_with_what_is_stored() {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 5));
    gateway.logs.store(Chunks.chunk("load", 1, 6, 5));
    Watching<TailLogsRequest, TailLogsResponse> reader = tail(RUN, _ -> {});
    reader.awaitCompletion();
    assertThat(numbers(reader.received())).isEqualTo(Map.of("load 1", upTo(10)));
  }

  @Test
  void tail_lines_leaves_out_all_but_the_last_of_each_section() {
    gateway.logs.store(Chunks.last("load", 1, 1, 50));
    gateway.logs.store(Chunks.chunk("load", 2, 1, 2));
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(RUN, request -> request.setTailLines(3));
    reader.awaitCompletion();
    assertThat(numbers(reader.received()))
        .isEqualTo(Map.of("load 1", List.of(48L, 49L, 50L), "load 2", List.of(1L, 2L)));
  }

  @Test
  void only_the_attempt_asked_for_is_shown() {
    gateway.logs.store(Chunks.last("load", 1, 1, 5));
    gateway.logs.store(Chunks.last("load", 2, 1, 5));
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(LOAD, request -> request.setAttempt(2));
    reader.awaitCompletion();
    assertThat(numbers(reader.received())).containsOnlyKeys("load 2");
  }

  @Test
  @Covers({"OCP-8", "OCP-23", "SYS-5"})
  void there_is_neither_gap_nor_repeat_at_the_seam() {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 10));
    // Between the tail's opening and the reading of the store: in both.
    gateway.logs.onSections = () -> gateway.logs.store(Chunks.chunk("load", 1, 11, 10));
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(RUN, request -> request.setFollow(true));
    Awaitility.await().until(() -> lines(reader.received()) == 20);
    gateway.logs.store(Chunks.chunk("load", 1, 21, 10));
    // Shown once more, and one that overlaps.
    gateway.logs.showAgain(Chunks.chunk("load", 1, 11, 10));
    gateway.logs.storeUnseen(Chunks.chunk("load", 1, 31, 10));
    gateway.logs.store(Chunks.last("load", 1, 41, 10));
    steps(StepStatus.FAILED, 1);
    endRun();
    reader.awaitCompletion();
    assertThat(numbers(reader.received())).isEqualTo(Map.of("load 1", upTo(50)));
    assertThat(gateway.logs.openTails()).isZero();
  }

  @Test
  void a_tail_that_lagged_is_bridged_from_the_store() {
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(RUN, request -> request.setFollow(true));
    Awaitility.await().until(() -> gateway.logs.openTails() == 1);
    gateway.logs.store(Chunks.chunk("load", 1, 1, 10));
    Awaitility.await().until(() -> lines(reader.received()) == 10);
    gateway.logs.storeUnseen(Chunks.chunk("load", 1, 11, 10));
    gateway.logs.lag();
    Awaitility.await().until(() -> lines(reader.received()) == 20);
    assertThat(numbers(reader.received())).isEqualTo(Map.of("load 1", upTo(20)));
    reader.cancel();
    Awaitility.await().until(() -> gateway.logs.openTails() == 0);
  }

  @Test
  void a_follower_waits_for_the_last_section_after_the_end() {
    steps(StepStatus.FAILED, 1);
    endRun();
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(RUN, request -> request.setFollow(true));
    Awaitility.await().until(() -> gateway.logs.openTails() == 1);
    gateway.logs.store(Chunks.last("load", 1, 1, 3));
    reader.awaitCompletion();
    assertThat(numbers(reader.received())).isEqualTo(Map.of("load 1", upTo(3)));
  }

  @Test
  void a_follower_waits_for_an_earlier_attempt_whose_worker_was_away() {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 3));
    gateway.logs.store(Chunks.last("load", 2, 1, 2));
    steps(StepStatus.SUCCEEDED, 2);
    endRun();
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(RUN, request -> request.setFollow(true));
    Awaitility.await().until(() -> lines(reader.received()) == 5);
    gateway.logs.store(Chunks.last("load", 1, 4, 3));
    reader.awaitCompletion();
    assertThat(numbers(reader.received())).isEqualTo(Map.of("load 1", upTo(6), "load 2", upTo(2)));
  }

  @Test
  void a_follower_of_a_step_ends_with_the_step() {
    gateway.logs.store(Chunks.last("load", 1, 1, 3));
    steps(StepStatus.SUCCEEDED, 1);
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(LOAD, request -> request.setFollow(true));
    reader.awaitCompletion();
    assertThat(lines(reader.received())).isEqualTo(3);
  }

  @Test
  void a_section_that_never_completes_holds_a_follower_for_the_grace_only() {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 3));
    steps(StepStatus.FAILED, 1);
    endRun();
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail(RUN, request -> request.setFollow(true));
    reader.awaitCompletion();
    assertThat(lines(reader.received())).isEqualTo(3);
  }

  @Test
  void a_truncated_section_says_so_in_its_last_message() {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 3));
    gateway.logs.store(Chunks.chunk("load", 1, 4, 3, true, true));
    Watching<TailLogsRequest, TailLogsResponse> reader = tail(RUN, _ -> {});
    reader.awaitCompletion();
    assertThat(reader.received())
        .extracting(TailLogsResponse::getTruncated)
        .containsExactly(false, true);
  }

  @Test
  void a_reader_goes_on_behind_its_cursor_in_every_section() {
    List<LogChunk> chunks =
        List.of(
            Chunks.chunk("load", 1, 1, 10),
            Chunks.last("load", 1, 11, 10),
            Chunks.chunk("load", 2, 1, 10),
            Chunks.chunk("report", 1, 1, 10));
    chunks.forEach(gateway.logs::store);
    Watching<TailLogsRequest, TailLogsResponse> all = tail(RUN, _ -> {});
    all.awaitCompletion();
    List<TailLogsResponse> messages = all.received();
    assertThat(messages).hasSize(4);
    for (int i = 0; i < messages.size(); i++) {
      String cursor = messages.get(i).getCursor();
      Watching<TailLogsRequest, TailLogsResponse> rest =
          tail(RUN, request -> request.setCursor(cursor));
      rest.awaitCompletion();
      List<TailLogsResponse> both = new ArrayList<>(messages.subList(0, i + 1));
      both.addAll(rest.received());
      assertThat(numbers(both)).as("behind message %d", i).isEqualTo(numbers(messages));
    }
    String cursor = messages.getFirst().getCursor();
    Watching<TailLogsRequest, TailLogsResponse> other =
        tail(LOAD, request -> request.setCursor(cursor));
    assertThat(PawlErrors.of(other.awaitFailure()).reason()).contains("CURSOR_FILTER_MISMATCH");
    Watching<TailLogsRequest, TailLogsResponse> damaged =
        tail(RUN, request -> request.setCursor("x" + cursor));
    assertThat(PawlErrors.of(damaged.awaitFailure()).reason()).contains("INVALID_CURSOR");
  }

  @Test
  @Covers("SYS-5")
  void a_slow_reader_is_ended_and_goes_on_from_its_last_message() {
    for (int i = 0; i < 50; i++) {
      gateway.logs.store(Chunks.chunk("load", 1, 1 + i * 10, 10));
    }
    Watching<TailLogsRequest, TailLogsResponse> slow =
        tail(Watching.byHand(), RUN, request -> request.setFollow(true));
    slow.take(3);
    PawlError error = PawlErrors.of(slow.awaitFailure());
    assertThat(error.reason()).contains("READER_TOO_SLOW");
    List<TailLogsResponse> both = new ArrayList<>(slow.received());
    assertThat(lines(both)).isLessThan(500);
    assertThat(both.getLast().getCursor()).isEqualTo(error.metadata().get("cursor"));
    Watching<TailLogsRequest, TailLogsResponse> rest =
        tail(RUN, request -> request.setCursor(both.getLast().getCursor()));
    rest.awaitCompletion();
    both.addAll(rest.received());
    assertThat(numbers(both)).isEqualTo(Map.of("load 1", upTo(500)));
    assertThat(gateway.logs.openTails()).isZero();
  }

  @Test
  void a_damaged_chunk_is_shown_as_such_and_hides_nothing_else() {
    gateway.logs.store(Chunks.chunk("load", 1, 1, 2));
    gateway.logs.store(
        Chunks.packed(
            "load", 1, 3, 2, false, false, ByteString.copyFromUtf8("this is not deflate")));
    gateway.logs.store(
        Chunks.packed("load", 1, 5, 2, false, false, Chunks.pack(new byte[2 * 1024 * 1024])));
    gateway.logs.store(Chunks.last("load", 1, 7, 2));
    Watching<TailLogsRequest, TailLogsResponse> reader = tail(RUN, _ -> {});
    reader.awaitCompletion();
    List<LogLine> lines =
        reader.received().stream().flatMap(message -> message.getLinesList().stream()).toList();
    assertThat(lines).extracting(LogLine::getSequence).containsExactly(1L, 2L, 3L, 5L, 7L, 8L);
    assertThat(lines.get(2).getText()).contains("damaged");
    assertThat(lines.get(3).getText()).contains("damaged");
  }

  @Test
  void an_unknown_run_is_not_found() {
    Watching<TailLogsRequest, TailLogsResponse> reader =
        tail("projects/shop/runs/" + Samples.OTHER_RUN, _ -> {});
    assertThat(PawlErrors.of(reader.awaitFailure()).reason()).contains("RUN_NOT_FOUND");
  }
}
