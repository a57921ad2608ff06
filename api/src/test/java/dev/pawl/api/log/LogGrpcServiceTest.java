package dev.pawl.api.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.pawl.api.call.Guards;
import dev.pawl.api.fake.FakeRuns;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.fake.Watching;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.covers.Covers;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.v1.ListLogSectionsRequest;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogServiceGrpc;
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

class LogGrpcServiceTest {
  private static final String RUN = "projects/shop/runs/" + Samples.RUN;
  private static final String LOAD = RUN + "/taskRuns/load";

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

  @Test
  void an_unknown_section_is_not_found() {
    assertThat(Gateway.refusal(() -> read(1, 1)).reason()).contains("LOG_NOT_FOUND");
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
