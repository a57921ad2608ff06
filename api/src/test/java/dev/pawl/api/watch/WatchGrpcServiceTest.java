package dev.pawl.api.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.call.Guards;
import dev.pawl.api.fake.FakeFeed;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.fake.Watching;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.covers.Covers;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.DefinitionEvent;
import dev.pawl.engine.definition.DefinitionFact;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepEnd;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.Event;
import dev.pawl.v1.Now;
import dev.pawl.v1.Snapshot;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchGrpcServiceTest {
  private final Gateway gateway =
      new Gateway(Guards.USUAL, Duration.ofMillis(400), Duration.ofSeconds(15));
  private final String hash = Samples.submitDaily(gateway);

  @AfterEach
  void close() {
    gateway.close();
  }

  private Watching<WatchRequest, WatchResponse> watch(Consumer<WatchRequest.Builder> wish) {
    return watch(gateway, Watching.all(), wish);
  }

  private static Watching<WatchRequest, WatchResponse> watch(
      Gateway gateway,
      Watching<WatchRequest, WatchResponse> reader,
      Consumer<WatchRequest.Builder> wish) {
    WatchRequest.Builder request =
        WatchRequest.newBuilder()
            .setParent("projects/shop")
            .setBeginning(Beginning.getDefaultInstance());
    wish.accept(request);
    WatchServiceGrpc.newStub(gateway.channel).watch(request.build(), reader);
    return reader;
  }

  private FeedEntry created(long ordering, RunId run) {
    return Samples.runEntry(
        ordering, run, hash, new RunEvent.Created(Samples.header(hash)), "", "RUNNING");
  }

  private FeedEntry paused(long ordering, RunId run) {
    return Samples.runEntry(ordering, run, hash, new RunEvent.Paused(), "PAUSING", "PAUSED");
  }

  private FeedEntry leased(long ordering, RunId run) {
    return Samples.executionEntry(
        ordering,
        run,
        hash,
        new ExecutionEvent.Leased(
            Optional.empty(), 1, 0, 1, ExecutionEvent.Operation.EXECUTE, false, "w1", "i"),
        "READY",
        "RUNNING");
  }

  private static PawlError error(Watching<?, ?> reader) {
    return PawlErrors.of(reader.awaitFailure());
  }

  private static List<Long> sequences(List<WatchResponse> messages) {
    return messages.stream()
        .filter(WatchResponse::hasEvent)
        .map(message -> message.getEvent().getSequence())
        .toList();
  }

  @Test
  void each_fact_is_shown_with_what_the_contract_says_of_it() {
    gateway.feed.add(
        new FeedEntry.OfDefinition(
            FakeFeed.at(1),
            Samples.DAILY,
            1,
            Samples.NOW,
            new DefinitionFact(
                new DefinitionEvent.Submitted(1, hash),
                new Cause.Command("r", "00", "ada", ""),
                Samples.NOW,
                "",
                "ACTIVE")));
    gateway.feed.add(created(2, Samples.RUN));
    gateway.feed.add(leased(3, Samples.RUN));
    gateway.feed.add(
        Samples.executionEntry(
            4,
            Samples.RUN,
            hash,
            new ExecutionEvent.AttemptFailed(
                1, 0, ExecutionStatus.FAILED, "EXIT_CODE", "exit 1", "boom", Samples.NOW),
            "RUNNING",
            "RETRY_WAIT"));
    gateway.feed.add(
        Samples.executionEntry(
            5,
            Samples.RUN,
            hash,
            new ExecutionEvent.Ended(
                Optional.empty(),
                2,
                0,
                ExecutionStatus.SUCCEEDED,
                "",
                "",
                "bye",
                Map.of("rows", new Payload.Inline(Samples.text("7")))),
            "RUNNING",
            "SUCCEEDED"));
    gateway.feed.add(
        Samples.runEntry(
            6,
            Samples.RUN,
            hash,
            new RunEvent.StepsEnded(
                List.of(
                    new StepEnd(
                        1,
                        StepEnd.Outcome.FAILED,
                        "EXIT_CODE",
                        "",
                        "",
                        1,
                        1,
                        "w1",
                        Optional.empty(),
                        Samples.NOW,
                        Map.of(),
                        false))),
            "RUNNING",
            "RUNNING"));
    gateway.feed.add(
        Samples.runEntry(
            7,
            Samples.RUN,
            hash,
            new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(1), Map.of()),
            "RUNNING",
            "FAILED"));

    List<Event> events = watch(_ -> {}).await(7).stream().map(WatchResponse::getEvent).toList();

    assertThat(events.get(0).getName()).isEqualTo("projects/shop/workflows/daily");
    assertThat(events.get(0).getWorkflowSubmitted().getDefinitionHash()).isEqualTo(hash);
    assertThat(events.get(1).getName()).isEqualTo("projects/shop/runs/" + Samples.RUN);
    assertThat(events.get(1).getRunCreated().getStepCount()).isEqualTo(2);
    assertThat(events.get(1).getLabelsMap()).containsEntry("team", "data");
    assertThat(events.get(1).getDefinition()).isEqualTo("projects/shop/workflows/daily");
    assertThat(events.get(1).getCause().getCommand().getPrincipal()).isEqualTo("ada");
    assertThat(events.get(1).getStateBefore()).isEmpty();
    assertThat(events.get(1).getStateAfter()).isEqualTo("RUNNING");
    assertThat(events.get(2).getName())
        .isEqualTo("projects/shop/runs/" + Samples.RUN + "/taskRuns/load/executions/0");
    assertThat(events.get(2).getExecutionLeased().getWorker()).isEqualTo("w1");
    assertThat(events.get(2).getCause().getReport().getFence()).isEqualTo(1);
    assertThat(events.get(3).getAttemptFailed().getReason()).isEqualTo("EXIT_CODE");
    assertThat(events.get(3).getAttemptFailed().getAttempt()).isEqualTo(1);
    assertThat(events.get(4).getExecutionEnded().getOutputs().getFieldsMap())
        .containsEntry("rows", Samples.text("7"));
    assertThat(events.get(5).getStepsEnded().getSteps(0).getTask()).isEqualTo("report");
    assertThat(events.get(5).getStepsEnded().getSteps(0).getState())
        .isEqualTo(TaskRunState.TASK_RUN_STATE_FAILED);
    assertThat(events.get(6).getRunEnded().getFailure().getStep()).isEqualTo("report");
  }

  @Test
  @Covers("SYS-4")
  void a_reader_that_goes_on_with_its_cursor_misses_nothing_and_sees_nothing_twice() {
    LongStream.rangeClosed(1, 200).forEach(i -> gateway.feed.add(created(i, Samples.RUN)));
    List<WatchResponse> all = watch(_ -> {}).await(200);
    for (int i : new int[] {0, 63, 64, 150}) {
      List<WatchResponse> rest =
          watch(request -> request.setCursor(all.get(i).getCursor())).await(199 - i);
      assertThat(sequences(rest)).isEqualTo(LongStream.rangeClosed(i + 2, 200).boxed().toList());
    }
  }

  @Test
  void now_shows_only_what_comes() {
    gateway.feed.add(created(1, Samples.RUN));
    Watching<WatchRequest, WatchResponse> reader =
        watch(request -> request.setNow(Now.getDefaultInstance()));
    Awaitility.await().until(() -> gateway.feed.readersWaiting() == 1);
    gateway.feed.add(paused(2, Samples.RUN));
    assertThat(sequences(reader.await(2))).containsExactly(2L);
  }

  @Test
  @Covers("SYS-4")
  void a_break_right_after_now_loses_nothing() {
    gateway.feed.add(created(1, Samples.RUN));
    Watching<WatchRequest, WatchResponse> reader =
        watch(request -> request.setNow(Now.getDefaultInstance()));
    WatchResponse first = reader.await(1).getFirst();
    assertThat(first.hasBookmark()).isTrue();
    reader.cancel();
    gateway.feed.add(paused(2, Samples.RUN));
    assertThat(sequences(watch(request -> request.setCursor(first.getCursor())).await(1)))
        .containsExactly(2L);
  }

  @Test
  @Covers("SYS-4")
  void all_conditions_of_a_filter_hold_together() {
    gateway.feed.add(created(1, Samples.RUN));
    gateway.feed.add(created(2, Samples.OTHER_RUN));
    gateway.feed.add(leased(3, Samples.RUN));
    gateway.feed.add(paused(4, Samples.RUN));
    gateway.feed.add(paused(5, Samples.OTHER_RUN));
    gateway.feed.add(
        Samples.runEntry(
            6, Samples.RUN, hash, new RunEvent.StepsEnded(List.of()), "PAUSED", "PAUSED"));

    assertThat(shown(4, filter -> filter.addRuns("projects/shop/runs/" + Samples.RUN)))
        .containsExactly(1L, 3L, 4L, 6L);
    assertThat(shown(1, filter -> filter.addKinds(EntityKind.ENTITY_KIND_EXECUTION)))
        .containsExactly(3L);
    assertThat(
            shown(
                1,
                filter -> filter.addRuns("projects/shop/runs/" + Samples.RUN).addStates("PAUSED")))
        .containsExactly(4L);
    assertThat(shown(6, filter -> filter.putLabels("team", "data"))).hasSize(6);
    assertThat(shown(0, filter -> filter.putLabels("team", "other"))).isEmpty();
    assertThat(shown(6, filter -> filter.addDefinitions("projects/shop/workflows/daily")))
        .hasSize(6);
    assertThat(shown(0, filter -> filter.addDefinitions("projects/shop/workflows/other")))
        .isEmpty();
  }

  /** What a filter shows of all there is: a last entry that passes it says that all was read. */
  private List<Long> shown(int expected, Consumer<WatchFilter.Builder> wish) {
    WatchFilter.Builder filter = WatchFilter.newBuilder();
    wish.accept(filter);
    int before = gateway.feed.readersWaiting();
    Watching<WatchRequest, WatchResponse> reader = watch(request -> request.setFilter(filter));
    // The reader waits for more: it has read everything.
    Awaitility.await().until(() -> gateway.feed.readersWaiting() == before + 1);
    return sequences(reader.await(expected));
  }

  @Test
  @Covers("WDT-7")
  void another_project_is_not_shown() {
    gateway.feed.add(created(1, Samples.RUN));
    Watching<WatchRequest, WatchResponse> reader =
        watch(request -> request.setParent("projects/bank"));
    Awaitility.await().until(() -> gateway.feed.readersWaiting() == 1);
    assertThat(reader.received()).isEmpty();
  }

  @Test
  void a_snapshot_shows_the_rows_then_what_follows_them() {
    gateway.feed.add(created(1, Samples.RUN));
    gateway.views.runs.add(Samples.row(Samples.RUN, RunStatus.RUNNING));
    gateway.views.position = FakeFeed.at(1);
    gateway.feed.add(paused(2, Samples.RUN));
    List<WatchResponse> messages =
        watch(request -> request.setSnapshot(Snapshot.getDefaultInstance())).await(3);
    assertThat(messages.get(0).getRow().getRun().getId()).isEqualTo(Samples.RUN.value());
    assertThat(messages.get(1).hasSnapshotEnd()).isTrue();
    assertThat(messages.get(2).getEvent().getSequence()).isEqualTo(2);
  }

  @Test
  void a_cursor_inside_a_snapshot_begins_a_new_one() {
    gateway.views.runs.add(Samples.row(Samples.RUN, RunStatus.RUNNING));
    gateway.views.runs.add(Samples.row(Samples.OTHER_RUN, RunStatus.RUNNING));
    List<WatchResponse> first =
        watch(request -> request.setSnapshot(Snapshot.getDefaultInstance())).await(3);
    List<WatchResponse> again =
        watch(request -> request.setCursor(first.get(0).getCursor())).await(3);
    assertThat(again.subList(0, 2)).allMatch(WatchResponse::hasRow);
    List<WatchResponse> behind =
        watch(
                request -> {
                  gateway.feed.add(created(1, Samples.RUN));
                  request.setCursor(first.get(2).getCursor());
                })
            .await(1);
    assertThat(behind.getFirst().getEvent().getSequence()).isEqualTo(1);
  }

  private static RunId run(int number) {
    return new RunId("%026d".formatted(number));
  }

  /** Rows of more than two pages, of which the last has only one. */
  private void rows() {
    for (int i = 0; i <= 2 * WatchStream.PAGE; i++) {
      gateway.views.runs.add(Samples.row(run(i), RunStatus.RUNNING));
    }
  }

  @Test
  @Covers("SYS-4")
  void what_happens_while_the_pages_of_a_snapshot_are_read_is_told_once() {
    rows();
    int last = 2 * WatchStream.PAGE;
    gateway.feed.add(created(1, run(0)));
    gateway.views.position = FakeFeed.at(1);
    gateway.views.afterSnapshot =
        page -> {
          if (gateway.views.snapshots.size() == 1) {
            // Of the first page, which was read without it, and of those that are read next.
            gateway.feed.add(paused(2, run(0)));
            gateway.feed.add(paused(3, run(WatchStream.PAGE)));
            gateway.feed.add(leased(4, run(1)));
            gateway.views.position = FakeFeed.at(4);
          } else if (gateway.views.snapshots.size() == 2) {
            gateway.feed.add(paused(5, run(1)));
            gateway.feed.add(paused(6, run(WatchStream.PAGE)));
            gateway.feed.add(paused(7, run(last)));
            gateway.views.position = FakeFeed.at(7);
            gateway.feed.add(paused(8, run(last)));
          }
        };

    List<WatchResponse> messages =
        watch(request -> request.setSnapshot(Snapshot.getDefaultInstance())).await(last + 7);

    assertThat(messages.subList(0, last + 1)).allMatch(WatchResponse::hasRow);
    assertThat(sequences(messages.subList(last + 1, last + 5))).containsExactly(2L, 4L, 5L, 6L);
    WatchResponse end = messages.get(last + 5);
    assertThat(end.hasSnapshotEnd()).isTrue();
    assertThat(sequences(messages.subList(last + 6, last + 7))).containsExactly(8L);
    assertThat(gateway.views.snapshots)
        .hasSize(3)
        .allSatisfy(query -> assertThat(query.size()).isEqualTo(WatchStream.PAGE));

    // The end is of one moment: who goes on from it sees what came later, and only that.
    assertThat(sequences(watch(request -> request.setCursor(end.getCursor())).await(1)))
        .containsExactly(8L);
    // Within it there is no such moment: it begins anew.
    WatchResponse inside = messages.get(last + 2);
    assertThat(watch(request -> request.setCursor(inside.getCursor())).await(1).getFirst().hasRow())
        .isTrue();
  }

  @Test
  void a_reader_that_takes_nothing_has_one_page_of_a_snapshot_read_for_it() {
    rows();
    Watching<WatchRequest, WatchResponse> slow =
        watch(
            gateway,
            Watching.byHand(),
            request -> request.setSnapshot(Snapshot.getDefaultInstance()));
    assertThat(error(slow).reason()).contains("READER_TOO_SLOW");
    assertThat(gateway.views.snapshots).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void a_snapshot_asks_for_what_the_filter_shows_and_no_more() {
    watch(
            request ->
                request
                    .setSnapshot(Snapshot.getDefaultInstance())
                    .setFilter(
                        WatchFilter.newBuilder()
                            .addRuns("projects/shop/runs/" + Samples.RUN)
                            .addDefinitions("projects/shop/workflows/daily")
                            .addStates("PAUSED")
                            .addStates("READY")
                            .putLabels("team", "data")))
        .await(1);
    assertThat(gateway.views.snapshots)
        .singleElement()
        .satisfies(
            query -> {
              assertThat(query.only()).containsExactly(Samples.RUN);
              assertThat(query.filter())
                  .isEqualTo(
                      new RunFilter.And(
                          List.of(
                              new RunFilter.Or(
                                  List.of(
                                      new RunFilter.Is(new RunFilter.Text.Workflow(), "daily"))),
                              new RunFilter.Or(List.of(new RunFilter.InState(RunStatus.PAUSED))),
                              new RunFilter.Is(new RunFilter.Text.Label("team"), "data"))));
            });

    watch(
            request ->
                request
                    .setSnapshot(Snapshot.getDefaultInstance())
                    .setFilter(WatchFilter.newBuilder().addKinds(EntityKind.ENTITY_KIND_TASK)))
        .await(1);
    assertThat(gateway.views.snapshots.getLast().filter())
        .isEqualTo(new RunFilter.And(List.of(new RunFilter.Or(List.of()))));
  }

  @Test
  void a_bookmark_comes_when_nothing_passes_the_filter() {
    try (Gateway quick = new Gateway(Guards.USUAL, Duration.ofSeconds(5), Duration.ofMillis(100))) {
      quick.feed.add(created(1, Samples.RUN));
      WatchResponse bookmark =
          watch(
                  quick,
                  Watching.all(),
                  request -> request.setFilter(WatchFilter.newBuilder().addStates("FAILED")))
              .await(WatchResponse::hasBookmark);
      quick.feed.add(
          Samples.runEntry(2, Samples.RUN, hash, new RunEvent.Paused(), "RUNNING", "FAILED"));
      assertThat(
              sequences(
                  watch(
                          quick,
                          Watching.all(),
                          request ->
                              request
                                  .setFilter(WatchFilter.newBuilder().addStates("FAILED"))
                                  .setCursor(bookmark.getCursor()))
                      .await(1)))
          .containsExactly(2L);
    }
  }

  @Test
  void a_slow_reader_is_ended_with_the_cursor_to_go_on_from() {
    LongStream.rangeClosed(1, 500).forEach(i -> gateway.feed.add(created(i, Samples.RUN)));
    Watching<WatchRequest, WatchResponse> slow = watch(gateway, Watching.byHand(), _ -> {});
    slow.take(10);
    PawlError error = error(slow);
    assertThat(error.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(error.reason()).contains("READER_TOO_SLOW");
    List<WatchResponse> taken = slow.received();
    assertThat(sequences(taken))
        .isEqualTo(LongStream.rangeClosed(1, taken.size()).boxed().toList());
    assertThat(taken.getLast().getCursor()).isEqualTo(error.metadata().get("cursor"));
    assertThat(taken).hasSizeLessThan(500);
    List<WatchResponse> rest =
        watch(request -> request.setCursor(error.metadata().getOrDefault("cursor", "")))
            .await(500 - taken.size());
    assertThat(sequences(rest))
        .isEqualTo(LongStream.rangeClosed(taken.size() + 1, 500).boxed().toList());
  }

  @Test
  void a_reader_that_pauses_less_than_the_patience_gets_everything() {
    LongStream.rangeClosed(1, 100).forEach(i -> gateway.feed.add(created(i, Samples.RUN)));
    Watching<WatchRequest, WatchResponse> reader = watch(gateway, Watching.byHand(), _ -> {});
    for (int i = 1; i <= 100; i++) {
      reader.take(1);
      reader.await(i);
    }
    assertThat(sequences(reader.received())).hasSize(100);
  }

  @Test
  void a_cursor_of_another_filter_is_refused() {
    gateway.feed.add(created(1, Samples.RUN));
    String cursor = watch(_ -> {}).await(1).getFirst().getCursor();
    assertThat(
            error(
                    watch(
                        request ->
                            request
                                .setCursor(cursor)
                                .setFilter(WatchFilter.newBuilder().addStates("FAILED"))))
                .reason())
        .contains("CURSOR_FILTER_MISMATCH");
    assertThat(error(watch(request -> request.setCursor(cursor + "x"))).reason())
        .contains("INVALID_CURSOR");
    assertThat(
            error(watch(request -> request.setCursor(cursor).setParent("projects/bank"))).reason())
        .contains("CURSOR_FILTER_MISMATCH");
  }

  @Test
  void a_cursor_below_the_floor_has_expired() {
    gateway.feed.add(created(1, Samples.RUN));
    gateway.feed.add(created(2, Samples.RUN));
    String cursor = watch(_ -> {}).await(2).getFirst().getCursor();
    gateway.feed.floor = FakeFeed.at(2);
    PawlError error = error(watch(request -> request.setCursor(cursor)));
    assertThat(error.code()).isEqualTo(Status.Code.OUT_OF_RANGE);
    assertThat(error.reason()).contains("CURSOR_EXPIRED");
  }

  @Test
  void a_malformed_filter_is_refused_at_its_field() {
    assertThat(
            error(
                    watch(
                        request ->
                            request.setFilter(
                                WatchFilter.newBuilder()
                                    .addRuns("projects/bank/runs/" + Samples.RUN))))
                .fields())
        .extracting(PawlError.FieldViolation::path)
        .containsExactly("filter.runs[0]");
    assertThat(
            error(watch(request -> request.setFilter(WatchFilter.newBuilder().addStates("FINE"))))
                .fields())
        .extracting(PawlError.FieldViolation::path)
        .containsExactly("filter.states[0]");
    assertThat(error(watch(request -> request.setParent("shop"))).reason())
        .contains("INVALID_FIELD");
  }

  @Test
  void a_server_that_leaves_says_so() {
    gateway.feed.add(created(1, Samples.RUN));
    Watching<WatchRequest, WatchResponse> reader = watch(_ -> {});
    String cursor = reader.await(1).getFirst().getCursor();
    gateway.streams.leave();
    assertThat(error(reader).code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(error(reader).reason()).contains("NOT_SERVING");
    assertThat(error(reader).metadata()).containsEntry("cursor", cursor);
    assertThat(error(watch(_ -> {})).reason()).contains("NOT_SERVING");
  }
}
