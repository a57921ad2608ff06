package dev.pawl.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.pawl.covers.Covers;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The persistence plugin on our schema, through our pool. */
@ExtendWith(PostgresExtension.class)
class JournalPluginTest {
  private static final RunFact FACT =
      new RunFact(
          new RunEvent.Continued(List.of()),
          new Cause.Timer("T"),
          SampleFacts.NOW,
          "PAUSED",
          "RUNNING");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestDatabase postgres;
  private final Database database;
  private final Config config;
  private final Births births = new Births();
  private ActorSystem<SpawnProtocol.Command> system;

  JournalPluginTest(TestDatabase postgres) {
    this.postgres = postgres;
    this.database = postgres.open();
    this.config =
        JournalConfig.of(postgres.settings())
            .withFallback(ConfigFactory.parseString("pekko.loglevel = WARNING"))
            .withFallback(ConfigFactory.load());
    this.system = start();
  }

  private ActorSystem<SpawnProtocol.Command> start() {
    return ActorSystem.create(
        SpawnProtocol.create(),
        "journal",
        ActorSystemSetup.create(
            BootstrapSetup.create(config),
            JournalConfig.setup(database, postgres.settings(), () -> 0, births, () -> {})));
  }

  @BeforeEach
  void emptyJournal() throws Exception {
    postgres.execute("TRUNCATE event_journal");
  }

  @AfterEach
  void close() throws Exception {
    stop();
    database.close();
  }

  private void stop() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  @Covers("SYS-1")
  void an_entity_finds_its_facts_again_on_another_actor_system() throws Exception {
    String run = PersistenceIds.of(new RunId("01h5xw7v6k8m9n0p1q2r3s4t5v"));
    ActorRef<Message> entity = spawn(run);
    TestProbe<Long> probe = TestProbe.create(Long.class, system);
    for (int i = 1; i <= 30; i++) {
      entity.tell(new Persist(i % 3 + 1, probe.getRef()));
      probe.receiveMessage(PATIENCE);
    }
    entity.tell(new Count(probe.getRef()));
    long count = probe.receiveMessage(PATIENCE);
    assertThat(count).isEqualTo(60);

    stop();
    system = start();
    TestProbe<Long> again = TestProbe.create(Long.class, system);
    ActorRef<Message> recovered = spawn(run);
    recovered.tell(new Count(again.getRef()));
    assertThat(again.receiveMessage(PATIENCE)).isEqualTo(count);
    assertThat(
            ask(
                "SELECT string_agg(DISTINCT persistence_id || ' ' || event_ser_id || ' ' ||"
                    + " event_ser_manifest || ' ' || epoch, ';') FROM event_journal"))
        .startsWith(run + " " + RunFactSerializer.ID + " run.1 ");
    assertThat(ask("SELECT count(*) FROM event_journal WHERE xid::text::bigint > 0"))
        .isEqualTo("60");
  }

  @Test
  void more_entities_than_one_batch_write_at_once() {
    TestProbe<Long> probe = TestProbe.create(Long.class, system);
    List<ActorRef<Message>> entities =
        IntStream.range(0, 500)
            .mapToObj(i -> spawn(PersistenceIds.of(new RunId("run" + i))))
            .toList();
    for (ActorRef<Message> entity : entities) {
      entity.tell(new Persist(2, probe.getRef()));
    }
    for (int i = 0; i < entities.size(); i++) {
      assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(2);
    }
  }

  @Test
  void of_two_writers_of_one_number_one_wins_and_the_other_starts_anew() {
    String run = PersistenceIds.of(new RunId("twice"));
    ActorRef<Message> one = spawn(run);
    ActorRef<Message> other = spawn(run);
    TestProbe<Long> probe = TestProbe.create(Long.class, system);
    for (ActorRef<Message> entity : List.of(one, other)) {
      entity.tell(new Count(probe.getRef()));
      assertThat(probe.receiveMessage(PATIENCE)).isZero();
    }
    one.tell(new Persist(1, probe.getRef()));
    assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(1);
    other.tell(new Persist(1, probe.getRef()));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              other.tell(new Count(probe.getRef()));
              assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(1);
            });
    assertThat(ask("SELECT count(*) FROM event_journal WHERE persistence_id = '" + run + "'"))
        .isEqualTo("1");
  }

  @Test
  void a_duplicate_fails_its_own_entity_and_not_those_of_its_batch() throws Exception {
    TestProbe<Long> probe = TestProbe.create(Long.class, system);
    List<ActorRef<Message>> entities =
        IntStream.range(0, 50)
            .mapToObj(i -> spawn(PersistenceIds.of(new RunId("batch" + i))))
            .toList();
    ActorRef<Message> one = spawn(PersistenceIds.of(new RunId("contested")));
    ActorRef<Message> other = spawn(PersistenceIds.of(new RunId("contested")));
    for (ActorRef<Message> entity : List.of(one, other)) {
      entity.tell(new Count(probe.getRef()));
      assertThat(probe.receiveMessage(PATIENCE)).isZero();
    }
    one.tell(new Persist(1, probe.getRef()));
    assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(1);

    // All wait behind the lock, so that they are stored together, the duplicate among them.
    TestProbe<Long> loser = TestProbe.create(Long.class, system);
    try (Connection lock = postgres.connect()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("LOCK TABLE event_journal IN EXCLUSIVE MODE");
      entities.getFirst().tell(new Persist(1, probe.getRef()));
      entities.get(1).tell(new Persist(1, probe.getRef()));
      other.tell(new Persist(3, loser.getRef()));
      entities.stream().skip(2).forEach(entity -> entity.tell(new Persist(2, probe.getRef())));
      lock.rollback();
    }
    for (int i = 0; i < entities.size(); i++) {
      assertThat(probe.receiveMessage(PATIENCE)).isBetween(1L, 2L);
    }
    loser.expectNoMessage();
    assertThat(ask("SELECT count(*) FROM event_journal WHERE persistence_id LIKE '%contested'"))
        .isEqualTo("1");
  }

  @Test
  void an_entity_that_is_wrongly_said_to_be_new_begins_again_with_what_is_stored() {
    String run = PersistenceIds.of(new RunId("not-new"));
    TestProbe<Long> probe = TestProbe.create(Long.class, system);
    spawn(run).tell(new Persist(2, probe.getRef()));
    assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(2);

    births.announce(run);
    ActorRef<Message> mistaken = spawn(run);
    mistaken.tell(new Count(probe.getRef()));
    assertThat(probe.receiveMessage(PATIENCE)).isZero();
    mistaken.tell(new Persist(1, probe.getRef()));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              mistaken.tell(new Count(probe.getRef()));
              assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(2);
            });
  }

  @Test
  void an_entity_that_was_in_memory_when_it_was_said_to_be_new_is_asked_for_once_it_wrote() {
    String run = PersistenceIds.of(new RunId("early"));
    ActorRef<Message> early = spawn(run);
    TestProbe<Long> probe = TestProbe.create(Long.class, system);
    early.tell(new Count(probe.getRef()));
    assertThat(probe.receiveMessage(PATIENCE)).isZero();
    births.announce(run);
    early.tell(new Persist(2, probe.getRef()));
    assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(2);

    spawn(run).tell(new Count(probe.getRef()));
    assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(2);
  }

  @Test
  void a_number_that_another_transaction_holds_fails_its_own_entity_only() throws Exception {
    TestProbe<Long> probe = TestProbe.create(Long.class, system);
    String contested = PersistenceIds.of(new RunId("held"));
    ActorRef<Message> held = spawn(contested);
    List<ActorRef<Message>> others =
        IntStream.range(0, 20)
            .mapToObj(i -> spawn(PersistenceIds.of(new RunId("beside" + i))))
            .toList();
    for (ActorRef<Message> entity : Stream.concat(Stream.of(held), others.stream()).toList()) {
      entity.tell(new Count(probe.getRef()));
      assertThat(probe.receiveMessage(PATIENCE)).isZero();
    }
    TestProbe<Long> waits = TestProbe.create(Long.class, system);
    try (Connection open = postgres.connect();
        PreparedStatement insert =
            open.prepareStatement(
                "INSERT INTO event_journal (persistence_id, sequence_number, writer, event_ser_id,"
                    + " event_ser_manifest, event_payload) VALUES (?, 1, 'x', 0, '', '')")) {
      open.setAutoCommit(false);
      insert.setString(1, contested);
      insert.executeUpdate();
      held.tell(new Persist(1, waits.getRef()));
      others.forEach(entity -> entity.tell(new Persist(1, probe.getRef())));
      for (int i = 0; i < others.size(); i++) {
        assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(1);
      }
      open.rollback();
    }
  }

  @Test
  void an_entity_with_a_hole_in_its_facts_does_not_begin() throws Exception {
    String run = PersistenceIds.of(new RunId("holed"));
    ActorRef<Message> entity = spawn(run);
    TestProbe<Long> probe = TestProbe.create(Long.class, system);
    entity.tell(new Persist(3, probe.getRef()));
    probe.receiveMessage(PATIENCE);
    postgres.execute("DELETE FROM event_journal WHERE sequence_number = 2");

    ActorRef<Message> recovered = spawn(run);
    recovered.tell(new Count(probe.getRef()));
    probe.expectNoMessage();

    postgres.execute("DELETE FROM event_journal WHERE sequence_number = 3");
    assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(1);
  }

  @Test
  void many_entities_begin_together_each_with_its_own_facts() throws Exception {
    TestProbe<Long> probe = TestProbe.create(Long.class, system);
    for (int i = 0; i < 300; i++) {
      spawn(PersistenceIds.of(new RunId("many" + i))).tell(new Persist(i % 7 + 1, probe.getRef()));
    }
    for (int i = 0; i < 300; i++) {
      probe.receiveMessage(PATIENCE);
    }
    stop();
    system = start();
    for (int i = 0; i < 300; i++) {
      TestProbe<Long> count = TestProbe.create(Long.class, system);
      spawn(PersistenceIds.of(new RunId("many" + i))).tell(new Count(count.getRef()));
      assertThat(count.receiveMessage(PATIENCE)).isEqualTo(i % 7 + 1);
    }
  }

  @Test
  void no_password_is_in_the_configuration() {
    assertThat(config.root().render()).doesNotContain("password = \"" + postgres.password());
  }

  private ActorRef<Message> spawn(String persistenceId) {
    return AskPattern.<SpawnProtocol.Command, ActorRef<Message>>ask(
            system,
            replyTo ->
                new SpawnProtocol.Spawn<>(
                    Counter.create(persistenceId), "", Props.empty(), replyTo),
            PATIENCE,
            system.scheduler())
        .toCompletableFuture()
        .join();
  }

  private String ask(String sql) {
    return database.views().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).one());
  }

  private sealed interface Message {}

  private record Persist(int facts, ActorRef<Long> replyTo) implements Message {}

  private record Count(ActorRef<Long> replyTo) implements Message {}

  private static final class Counter extends EventSourcedBehavior<Message, RunFact, Long> {
    private Counter(String persistenceId) {
      super(
          PersistenceId.ofUniqueId(persistenceId),
          SupervisorStrategy.restartWithBackoff(Duration.ofMillis(50), Duration.ofSeconds(1), 0.1));
    }

    static Behavior<Message> create(String persistenceId) {
      return new Counter(persistenceId);
    }

    @Override
    public Long emptyState() {
      return 0L;
    }

    @Override
    public CommandHandler<Message, RunFact, Long> commandHandler() {
      return (count, message) ->
          switch (message) {
            case Persist(var facts, var replyTo) ->
                Effect().persist(Collections.nCopies(facts, FACT)).thenRun(replyTo::tell);
            case Count(var replyTo) -> Effect().none().thenRun(replyTo::tell);
          };
    }

    @Override
    public EventHandler<Long, RunFact> eventHandler() {
      return (count, _) -> count + 1;
    }

    @Override
    public Set<String> tagsFor(RunFact fact) {
      return Set.of();
    }
  }
}
