package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.journal.Call;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.operation.ItemList;
import dev.pawl.engine.operation.ItemOutcome;
import dev.pawl.engine.operation.ItemResult;
import dev.pawl.engine.operation.OperationEvent;
import dev.pawl.engine.operation.OperationFile;
import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.operation.OperationRejection;
import dev.pawl.engine.operation.OperationStatus;
import dev.pawl.engine.operation.OperationWork;
import dev.pawl.engine.operation.Operations;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.view.OperationFilter;
import dev.pawl.engine.view.OperationRow;
import dev.pawl.engine.view.Revision;
import dev.pawl.engine.view.RunColumn;
import dev.pawl.engine.view.RunFilter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations over runs on a real PostgreSQL, with a worker played by hand. */
@ExtendWith(PostgresExtension.class)
class OperationsTest {
  private static final AtomicInteger OPERATIONS = new AtomicInteger();
  private static final List<String> COLUMNS =
      Arrays.stream(RunColumn.values()).map(RunColumn::title).toList();

  private final Node node;

  OperationsTest(TestDatabase postgres) {
    postgres.empty();
    this.node = new Node(postgres);
  }

  @AfterEach
  void close() {
    node.close();
  }

  private static OperationId id() {
    return new OperationId("op%024d".formatted(OPERATIONS.incrementAndGet()));
  }

  private static Cause.Command cause(String requestId) {
    return new Cause.Command(requestId, "b0d7", "ann", "because");
  }

  private OperationHead start(OperationId id, RunVerb verb, List<RunId> runs) throws Exception {
    String hash = Node.get(node.engine().contents().put(ItemList.write(runs)));
    return start(id, new OperationWork.Command(verb, "", hash, runs.size()));
  }

  private OperationHead start(OperationId id, OperationWork work) throws Exception {
    return accepted(
        Node.get(node.engine().operations().start(id, "default", work, cause("request-" + id))));
  }

  private static <T> T accepted(Answer<T, OperationRejection> answer) {
    return switch (answer) {
      case Answer.Accepted(var value) -> value;
      case Answer.Refused(var rejection) -> throw new AssertionError("refused: " + rejection);
    };
  }

  private OperationHead awaitEnd(OperationId id) throws Exception {
    return accepted(
        Node.get(
            node.engine()
                .operations()
                .await("default", id, Long.MAX_VALUE, Duration.ofSeconds(40))));
  }

  private List<ItemResult> results(OperationId id) throws Exception {
    return accepted(Node.get(node.engine().operations().items("default", id, 0, 500))).results();
  }

  /** Runs that have failed, as many as wanted. */
  private List<RunId> failed(int count) throws Exception {
    var _ = new HandWorker(node.engine(), "failing", 8).succeeding().failing("a");
    List<RunId> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      runs.add(node.startRun("a"));
    }
    for (RunId run : runs) {
      assertThat(node.awaitEnd(run).status()).isEqualTo(RunStatus.FAILED);
    }
    return runs;
  }

  /** How often each run was passed by somebody. */
  /** How often each run was passed, up to the end of the operation, which comes after all of it. */
  private Map<RunId, Integer> passes(OperationId id) throws Exception {
    Map<RunId, Integer> passes = new HashMap<>();
    FeedPosition after = FeedPosition.BEGINNING;
    boolean over = false;
    while (!over) {
      for (FeedEntry entry : Node.get(node.engine().feed().read(after, 500))) {
        after = entry.position();
        if (entry instanceof FeedEntry.OfRun run && run.fact().event() instanceof RunEvent.Passed) {
          passes.merge(run.id(), 1, Integer::sum);
        }
        over |=
            entry instanceof FeedEntry.OfOperation operation
                && operation.id().equals(id)
                && operation.fact().event() instanceof OperationEvent.Ended;
      }
    }
    return passes;
  }

  @Test
  @Covers("OCP-45")
  void each_run_answers_for_itself_and_the_legal_ones_proceed() throws Exception {
    List<RunId> items = new ArrayList<>(failed(2));
    RunId succeeded = node.startRun("b");
    assertThat(node.awaitEnd(succeeded).status()).isEqualTo(RunStatus.SUCCEEDED);
    RunId nobody = new RunId("0123456789abcdefghjkmnpqrs");
    items.add(1, succeeded);
    items.add(nobody);
    OperationId id = id();

    assertThat(start(id, RunVerb.PASS, items).status()).isEqualTo(OperationStatus.INIT);

    OperationHead ended = awaitEnd(id);
    assertThat(ended.status()).isEqualTo(OperationStatus.PART_SUCCESS);
    assertThat(results(id))
        .extracting(ItemResult::outcome)
        .containsExactly(
            ItemOutcome.ACCEPTED, ItemOutcome.REFUSED, ItemOutcome.ACCEPTED, ItemOutcome.REFUSED);
    assertThat(results(id))
        .extracting(ItemResult::reason)
        .containsExactly("", "RUN_STATE_CONFLICT", "", "RUN_NOT_FOUND");
    assertThat(results(id).get(1).message()).contains("it would accept");
    assertThat(node.status(items.get(0))).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(node.status(items.get(2))).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(node.awaitEnd(succeeded).reason()).isEmpty();
  }

  @Test
  void only_those_who_may_begin_or_cancel_an_operation_and_a_refusal_stores_nothing()
      throws Exception {
    RunId running = node.startRun("held");
    String hash = Node.get(node.engine().contents().put(ItemList.write(List.of(running))));
    OperationWork work = new OperationWork.Command(RunVerb.STOP, "", hash, 1);
    OperationWork export = new OperationWork.Export("", List.of("id"));
    Answer<OperationHead, OperationRejection> refused =
        new Answer.Refused<>(new OperationRejection.NotPermitted(Permission.RUN));
    OperationId id = id();

    assertThat(Node.get(operations().start(id, "default", work, causeOf(Permission.VIEW))))
        .isEqualTo(refused);
    assertThat(Node.get(operations().start(id, "default", export, causeOf(Permission.RUN))))
        .isEqualTo(new Answer.Refused<>(new OperationRejection.NotPermitted(Permission.VIEW)));
    assertThat(Node.get(operations().describe("default", id)))
        .isEqualTo(new Answer.Refused<>(new OperationRejection.NotFound()));
    assertThat(node.status(running)).isEqualTo(RunStatus.RUNNING);

    OperationHead begun =
        accepted(Node.get(operations().start(id, "default", work, causeOf(Permission.RUN))));
    assertThat(begun.status()).isEqualTo(OperationStatus.INIT);
    assertThat(Node.get(operations().cancel("default", id, causeOf(Permission.VIEW))))
        .isEqualTo(refused);
    assertThat(awaitEnd(id).status()).isEqualTo(OperationStatus.SUCCESS);
  }

  private Operations.Told cancel(OperationId id, String principal, String requestId)
      throws Exception {
    return accepted(
        Node.get(
            operations()
                .cancel("default", id, new Cause.Command(requestId, "b0d7", principal, ""))));
  }

  private Operations operations() {
    return node.engine().operations();
  }

  private static Cause.Command causeOf(Permission permission) {
    return new Cause.Command(
        "by-" + permission, "b0d7", "bob", "", new Call("", "", new Rights(Set.of(permission))));
  }

  @Test
  void what_is_so_already_is_told_apart_from_what_was_taken() throws Exception {
    RunId running = node.startRun("held");
    node.command(running, RunVerb.PAUSE);
    OperationId id = id();

    start(id, RunVerb.PAUSE, List.of(running));

    assertThat(awaitEnd(id).status()).isEqualTo(OperationStatus.SUCCESS);
    assertThat(results(id)).extracting(ItemResult::outcome).containsExactly(ItemOutcome.UNCHANGED);
    assertThat(node.dryRun(running, RunVerb.PAUSE).changed()).isFalse();
    assertThat(node.dryRun(running, RunVerb.CONTINUE).changed()).isTrue();
  }

  @Test
  void the_same_request_twice_is_one_operation_and_acts_once() throws Exception {
    List<RunId> items = failed(3);
    OperationId id = id();

    start(id, RunVerb.PASS, items);
    start(id, RunVerb.PASS, items);
    awaitEnd(id);
    assertThat(start(id, RunVerb.PASS, items).status()).isEqualTo(OperationStatus.SUCCESS);

    assertThat(passes(id).values()).containsExactly(1, 1, 1);
    assertThat(
            Node.get(
                node.engine()
                    .operations()
                    .start(
                        id,
                        "default",
                        new OperationWork.Export("", List.of("id")),
                        new Cause.Command("request-" + id, "0bad", "ann", ""))))
        .isEqualTo(new Answer.Refused<>(new OperationRejection.RequestIdReused()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void it_goes_on_where_it_was_after_a_restart_and_every_run_is_commanded_once(boolean unloaded)
      throws Exception {
    List<RunId> items = failed(60);
    OperationId id = id();
    OperationHead begun = start(id, RunVerb.PASS, items);
    accepted(
        Node.get(
            node.engine()
                .operations()
                .await("default", id, begun.sequence() + 1, Duration.ofSeconds(20))));

    if (unloaded) {
      node.engine().unload(id);
    } else {
      // The waker brings it back: nobody asks for it.
      node.restart();
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> listed(Set.of(OperationStatus.SUCCESS)).size() == 1);
    }

    OperationHead ended = awaitEnd(id);
    assertThat(ended.status()).isEqualTo(OperationStatus.SUCCESS);
    assertThat(ended.counts().accepted()).isEqualTo(60);
    assertThat(passes(id)).hasSize(60);
    assertThat(passes(id).values()).containsOnly(1);
  }

  private List<OperationRow> listed(Set<OperationStatus> statuses) throws Exception {
    return Node.get(
            node.engine()
                .views()
                .operations(
                    "default", new OperationFilter(statuses, ""), Optional.empty(), 10, List.of()))
        .rows();
  }

  @Test
  void a_cancelled_one_leaves_alone_what_had_not_begun() throws Exception {
    // They do not answer a stop before their worker has confirmed it, and nobody plays that one.
    var _ = new HandWorker(node.engine(), "w1", 40);
    List<RunId> items = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      items.add(node.startRun("a"));
    }
    OperationId id = id();
    start(id, RunVerb.STOP, items);

    Operations.Told told = cancel(id, "bob", "cancel-" + id);
    assertThat(told.head().cancelling()).isTrue();
    assertThat(told.changed()).isTrue();
    assertThat(cancel(id, "bob", "cancel-" + id).changed()).isTrue();
    assertThat(cancel(id, "eve", "cancel-" + id).changed()).isFalse();
    assertThat(cancel(id, "bob", "once-more-" + id).changed()).isFalse();
    OperationHead ended = awaitEnd(id);

    assertThat(ended.counts().begun()).isLessThan(30);
    assertThat(ended.counts().cancelled()).isEqualTo(30 - ended.counts().begun());
    assertThat(ended.reason()).isEqualTo("CANCELLED");
    for (RunId untouched : items.subList(ended.counts().begun(), 30)) {
      assertThat(node.status(untouched)).isEqualTo(RunStatus.RUNNING);
    }
  }

  @Test
  void one_of_another_project_is_not_found() throws Exception {
    OperationId id = id();
    start(id, RunVerb.STOP, List.of(new RunId("0123456789abcdefghjkmnpqrs")));

    assertThat(Node.get(node.engine().operations().describe("other", id)))
        .isEqualTo(new Answer.Refused<>(new OperationRejection.NotFound()));
    assertThat(Node.get(node.engine().operations().cancel("other", id, cause("c"))))
        .isEqualTo(new Answer.Refused<>(new OperationRejection.NotFound()));
    assertThat(Node.get(node.engine().operations().items("other", id, 0, 5)))
        .isEqualTo(new Answer.Refused<>(new OperationRejection.NotFound()));
  }

  @Test
  void lists_show_it_as_its_owner_does() throws Exception {
    OperationId first = id();
    OperationId second = id();
    start(first, RunVerb.STOP, List.of(new RunId("0123456789abcdefghjkmnpqrs")));
    awaitEnd(first);
    start(second, new OperationWork.Export("", List.of("id", "state")));
    OperationHead ended = awaitEnd(second);
    Revision shown = new Revision(PersistenceIds.of(second), ended.sequence());

    List<OperationRow> rows =
        Node.get(
                node.engine()
                    .views()
                    .operations(
                        "default",
                        new OperationFilter(Set.of(), "ann"),
                        Optional.empty(),
                        10,
                        List.of(shown)))
            .rows();

    assertThat(rows)
        .containsExactly(new OperationRow(second, ended), new OperationRow(first, awaitEnd(first)));
    assertThat(listed(Set.of(OperationStatus.FAIL)))
        .extracting(OperationRow::id)
        .containsExactly(first);
    assertThat(
            Node.get(
                node.engine()
                    .views()
                    .resolveOperations("default", second.value().substring(18), 5)))
        .containsExactly(second);
  }

  @Test
  void an_export_holds_every_run_that_the_list_shows() throws Exception {
    List<RunId> runs = failed(5);
    assertThat(runs).hasSize(5);
    node.startRun("held");
    awaitListed(6);
    OperationId id = id();
    start(id, new OperationWork.Export("", COLUMNS));

    OperationHead ended = awaitEnd(id);

    assertThat(ended.status()).as(ended.message()).isEqualTo(OperationStatus.SUCCESS);
    OperationFile file = ended.file().orElseThrow();
    String text = read(id, file);
    assertThat(file.size()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    assertThat(file.rows()).isEqualTo(6);
    StringBuilder expected = new StringBuilder(String.join(",", COLUMNS)).append("\r\n");
    Node.get(node.engine().views().runs("default", RunFilter.ALL, Optional.empty(), 100, List.of()))
        .rows()
        .forEach(
            row ->
                expected
                    .append(
                        String.join(
                            ",",
                            Arrays.stream(RunColumn.values())
                                .map(column -> column.of(row))
                                .toList()))
                    .append("\r\n"));
    assertThat(text).isEqualTo(expected.toString());
  }

  private void awaitListed(int count) {
    await()
        .until(
            () ->
                Node.get(
                            node.engine()
                                .views()
                                .runs("default", RunFilter.ALL, Optional.empty(), 100, List.of()))
                        .rows()
                        .size()
                    == count);
  }

  private String read(OperationId id, OperationFile file) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int chunk = 0; chunk < file.chunks(); chunk++) {
      bytes.writeBytes(Node.get(node.engine().operations().chunk(id, file, chunk)).orElseThrow());
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void an_export_that_cannot_be_made_says_why_and_leaves_no_file() throws Exception {
    OperationId id = id();
    // This node was started without a reader of filters.
    start(id, new OperationWork.Export("state = FAILED", List.of("id")));

    OperationHead ended = awaitEnd(id);

    assertThat(ended.status()).isEqualTo(OperationStatus.FAIL);
    assertThat(ended.reason()).isEqualTo("INVALID_FILTER");
    assertThat(ended.file()).isEmpty();
  }
}
