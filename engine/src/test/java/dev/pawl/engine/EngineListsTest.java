package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.StepView;
import dev.pawl.engine.view.Revision;
import dev.pawl.engine.view.RunFilter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The lists of a whole engine show what it has just answered. */
@ExtendWith(PostgresExtension.class)
class EngineListsTest {
  private static final Cause.Command COMMAND = new Cause.Command("r-1", "b0d7", "ann", "");

  private final Engine engine;

  EngineListsTest(TestDatabase postgres) {
    postgres.empty();
    engine =
        Engine.start(
            EngineSettings.of(postgres.settings()), PlanText::plan, InstantSource.system());
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  @Covers({"OCP-33", "SYS-6", "WDT-25", "WDT-55"})
  void a_list_shows_the_run_and_the_definition_that_were_just_answered() throws Exception {
    String hash = get(engine.contents().put(ByteString.copyFromUtf8("a b<a")));
    DefinitionId definition = new DefinitionId(DefinitionKind.WORKFLOW, "default", "w");
    get(engine.definitions().submit(definition, hash, COMMAND, OptionalLong.empty()));
    RunId id = new RunId("run" + "0".repeat(23));
    new HandWorker(engine, "w1", 4).succeeding();
    get(engine.runs().start(id, header(definition, hash), ""));
    var answer = get(engine.runs().await("default", id, Duration.ofSeconds(15)));

    assertThat(answer).isInstanceOf(Answer.Accepted.class);
    RunHead head = (RunHead) ((Answer.Accepted<?, ?>) answer).value();
    var page =
        get(
            engine
                .views()
                .runs(
                    "default",
                    RunFilter.ALL,
                    Optional.empty(),
                    10,
                    List.of(new Revision(PersistenceIds.of(id), head.sequence()))));
    assertThat(page.rows())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.status()).isEqualTo(RunStatus.SUCCEEDED);
              assertThat(row.steps()).isEqualTo(head.steps());
              assertThat(row.sequence()).isEqualTo(head.sequence());
              assertThat(row.endedAt()).isEqualTo(head.endedAt());
              assertThat(row.startedAt()).isPresent().isEqualTo(head.startedAt());
              assertThat(row.objects()).isEqualTo(head.header().objects()).hasSize(1);
              assertThat(row.createdAt()).isEqualTo(head.header().createdAt());
            });
    assertThat(
            get(engine
                    .views()
                    .definitions(
                        DefinitionKind.WORKFLOW,
                        "default",
                        Optional.empty(),
                        10,
                        List.of(new Revision(PersistenceIds.of(definition), 1))))
                .rows())
        .singleElement()
        .satisfies(row -> assertThat(row.taskCount()).isEqualTo(2));
  }

  @Test
  @Covers("OCP-12")
  void steps_show_what_they_need_and_what_needs_them() throws Exception {
    String hash = get(engine.contents().put(ByteString.copyFromUtf8("a b<a c<a d<b,c")));
    DefinitionId definition = new DefinitionId(DefinitionKind.WORKFLOW, "default", "fork");
    get(engine.definitions().submit(definition, hash, COMMAND, OptionalLong.empty()));
    RunId id = new RunId("fork" + "0".repeat(22));
    get(engine.runs().start(id, header(definition, hash), ""));

    var answer = get(engine.runs().steps("default", id, 0, 10, Set.of()));
    assertThat(answer).isInstanceOf(Answer.Accepted.class);
    Runs.StepPage page = (Runs.StepPage) ((Answer.Accepted<?, ?>) answer).value();
    assertThat(page.steps())
        .extracting(StepView::task, StepView::needs, StepView::downstream)
        .containsExactly(
            tuple("a", List.of(), List.of("b", "c")),
            tuple("b", List.of("a"), List.of("d")),
            tuple("c", List.of("a"), List.of("d")),
            tuple("d", List.of("b", "c"), List.of()));
  }

  @Test
  @Covers("OCP-33")
  void the_start_of_a_run_survives_a_redo() throws Exception {
    String hash = get(engine.contents().put(ByteString.copyFromUtf8("a b<a")));
    DefinitionId definition = new DefinitionId(DefinitionKind.WORKFLOW, "default", "again");
    get(engine.definitions().submit(definition, hash, COMMAND, OptionalLong.empty()));
    RunId id = new RunId("again" + "0".repeat(21));
    new HandWorker(engine, "w1", 4).succeeding();
    get(engine.runs().start(id, header(definition, hash), ""));
    RunHead first = head(engine.runs().await("default", id, Duration.ofSeconds(15)));
    assertThat(first.status()).isEqualTo(RunStatus.SUCCEEDED);

    get(
        engine
            .runs()
            .command(
                "default",
                id,
                RunVerb.REDO,
                Optional.empty(),
                new Cause.Command("r-2", "b0d8", "ann", ""),
                OptionalLong.empty(),
                false));
    RunHead second = head(engine.runs().await("default", id, Duration.ofSeconds(15)));
    assertThat(second.round()).isEqualTo(1);
    assertThat(second.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(second.startedAt()).isPresent().isEqualTo(first.startedAt());
    assertThat(second.endedAt().orElseThrow()).isAfter(first.endedAt().orElseThrow());
  }

  private static RunHead head(CompletionStage<? extends Answer<RunHead, ?>> stage)
      throws Exception {
    return (RunHead) ((Answer.Accepted<?, ?>) get(stage)).value();
  }

  private static RunHeader header(DefinitionId definition, String hash) {
    return new RunHeader(
        definition,
        1,
        hash,
        0,
        Map.of(),
        Map.of(),
        "ann",
        "request",
        "b0d7",
        "",
        Instant.EPOCH,
        Optional.empty(),
        List.of(new RunObject("cluster", "obdemo", "")),
        List.of(),
        Map.of(),
        Optional.empty());
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
