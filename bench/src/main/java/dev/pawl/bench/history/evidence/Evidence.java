package dev.pawl.bench.history.evidence;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Effect;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Fault;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.Log;
import dev.pawl.bench.history.Manifest;
import dev.pawl.bench.history.Node;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.Work;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A history, sorted once by what it is about. Everything is in the order of its time or number when
 * it has one, else in the order in which its observer wrote it.
 */
public final class Evidence {
  private final Manifest manifest;
  private final Map<String, Definition> definitions = new HashMap<>();
  private final Map<String, RunCase> runs = new LinkedHashMap<>();
  private final Map<String, EntityJournal> others = new LinkedHashMap<>();
  private final Map<String, EntityJournal> journals = new LinkedHashMap<>();
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, List<Operation>> byRequest = new HashMap<>();
  private final Map<String, List<Fact>> effects = new HashMap<>();
  private final Map<String, List<Work>> workers = new LinkedHashMap<>();
  private final Map<String, Subscriber> subscribers = new LinkedHashMap<>();
  private final Map<String, Section> sections = new LinkedHashMap<>();
  private final Map<String, List<Log>> readers = new LinkedHashMap<>();
  private final List<Final.DefinitionRow> definitionRows = new ArrayList<>();
  private final List<Final.Worker> finalWorkers = new ArrayList<>();
  private final List<Final.WakeRow> wakeRows = new ArrayList<>();
  private final List<Final.RunRow> runRows = new ArrayList<>();
  private final List<Node.Sample> samples = new ArrayList<>();
  private final List<Node.Finding> findings = new ArrayList<>();
  private final List<Effect> ledger = new ArrayList<>();
  private final List<Misfit> misfits = new ArrayList<>();
  private final FaultTimes faults;
  private Optional<Final.Settled> settled = Optional.empty();

  /** An observation that does not fit the others: the record is faulty, whatever the system did. */
  public record Misfit(String problem, Observation observation) {}

  /** Sorts a history. */
  public Evidence(History history) {
    this.manifest = history.manifest();
    Calls calls = new Calls();
    Streams streams = new Streams();
    Map<String, Fault.Began> begun = new LinkedHashMap<>();
    Map<String, Fault.Ended> ended = new HashMap<>();
    for (Observation observation : history.observations()) {
      switch (observation) {
        case Call call -> calls.add(call);
        case Fact fact -> add(fact);
        case Definition definition -> definitions.put(definition.hash(), definition);
        case Work work -> add(work);
        case Effect effect -> {
          ledger.add(effect);
          run(Names.run(effect.execution())).executionOf(effect.execution()).effects().add(effect);
        }
        case Watch watch -> streams.add(watch);
        case Log log -> add(log);
        case Fault.Began began -> begun.put(began.fault(), began);
        case Fault.Ended end -> ended.put(end.fault(), end);
        case Final last -> add(last);
        case Node.Sample sample -> samples.add(sample);
        case Node.Finding finding -> findings.add(finding);
      }
    }
    calls.join();
    this.faults =
        new FaultTimes(
            begun.values().stream()
                .map(
                    began ->
                        new FaultTimes.Injected(
                            began, Optional.ofNullable(ended.get(began.fault()))))
                .toList(),
            manifest.settings().heal());
    ended.forEach(
        (fault, end) -> {
          if (!begun.containsKey(fault)) {
            misfits.add(new Misfit("a fault ended that never began", end));
          }
        });
    sort();
  }

  private void add(Fact fact) {
    String kind = Names.kind(fact.entity());
    switch (kind) {
      case "run" -> run(Names.bare(fact.entity())).journal().facts().add(fact);
      case "execution" -> {
        String execution = Names.bare(fact.entity());
        run(Names.run(execution)).executionOf(execution).journal().facts().add(fact);
      }
      default ->
          others
              .computeIfAbsent(fact.entity(), name -> new EntityJournal(name, new ArrayList<>()))
              .facts()
              .add(fact);
    }
    if (fact.cause() instanceof Cause.Command command) {
      effects.computeIfAbsent(command.requestId(), _ -> new ArrayList<>(1)).add(fact);
    }
  }

  private RunCase run(String id) {
    return runs.computeIfAbsent(id, RunCase::new);
  }

  private void add(Work work) {
    workers.computeIfAbsent(work.worker(), _ -> new ArrayList<>()).add(work);
    if (work instanceof Work.OfLease ofLease) {
      run(Names.run(ofLease.execution())).executionOf(ofLease.execution()).work().add(ofLease);
    }
  }

  private void add(Log log) {
    switch (log) {
      case Log.Produced line -> section(line.execution(), line.fence()).produced().add(line);
      case Log.Stored line -> section(line.execution(), line.fence()).stored().add(line);
      case Log.Section end -> section(end.execution(), end.fence()).end(end);
      case Log.TailBegan began -> reader(began.reader()).add(began);
      case Log.Read read -> reader(read.reader()).add(read);
      case Log.TailEnded end -> reader(end.reader()).add(end);
    }
  }

  private List<Log> reader(String name) {
    return readers.computeIfAbsent(name, _ -> new ArrayList<>());
  }

  private Section section(String execution, long fence) {
    return sections.computeIfAbsent(execution + "#" + fence, _ -> new Section(execution, fence));
  }

  private void add(Final last) {
    switch (last) {
      case Final.Settled once -> {
        if (settled.isPresent()) {
          misfits.add(new Misfit("the system settled twice", once));
        }
        settled = Optional.of(once);
      }
      case Final.Run found -> run(found.run()).finals().add(found);
      case Final.Step found -> run(found.run()).finals().add(found);
      case Final.Listed found -> run(found.run()).finals().add(found);
      case Final.RunRow found -> {
        runRows.add(found);
        run(found.run()).finals().add(found);
      }
      case Final.DefinitionRow row -> definitionRows.add(row);
      case Final.WakeRow row -> wakeRows.add(row);
      case Final.Worker worker -> finalWorkers.add(worker);
    }
  }

  /** Joins each operation with its end. */
  private final class Calls {
    private final List<Call.Invoked> invoked = new ArrayList<>();
    private final Map<String, Call> ends = new HashMap<>();

    void add(Call call) {
      if (call instanceof Call.Invoked begin) {
        invoked.add(begin);
      } else if (ends.put(call.operation(), call) != null) {
        misfits.add(new Misfit("an operation ended twice", call));
      }
    }

    void join() {
      invoked.sort(Comparator.comparingLong(Call.Invoked::at));
      for (Call.Invoked begin : invoked) {
        Operation operation =
            new Operation(begin, Optional.ofNullable(ends.remove(begin.operation())));
        operations.add(operation);
        if (!begin.requestId().isEmpty()) {
          byRequest.computeIfAbsent(begin.requestId(), _ -> new ArrayList<>(1)).add(operation);
        }
        if (operation.entity().startsWith(Names.RUN)) {
          run(Names.bare(operation.entity())).operations().add(operation);
        }
      }
      ends.values()
          .forEach(end -> misfits.add(new Misfit("an operation ended that never began", end)));
    }
  }

  /** Joins each message with its subscription. */
  private final class Streams {
    private final Map<String, Subscriber.Stream> open = new HashMap<>();

    void add(Watch watch) {
      if (watch instanceof Watch.Subscribed opened) {
        Subscriber.Stream stream = new Subscriber.Stream(opened);
        if (open.put(opened.subscription(), stream) != null) {
          misfits.add(new Misfit("a subscription began twice", opened));
        }
        subscribers.computeIfAbsent(opened.subscriber(), Subscriber::new).streams().add(stream);
        return;
      }
      Subscriber.Stream stream = open.get(watch.subscription());
      if (stream == null) {
        misfits.add(new Misfit("a subscription goes on that never began", watch));
      } else if (watch instanceof Watch.Closed closed) {
        stream.close(closed);
      } else {
        stream.messages().add(watch);
      }
    }
  }

  private void sort() {
    Comparator<Fact> bySequence = Comparator.comparingLong(Fact::sequence);
    for (RunCase run : runs.values()) {
      run.journal().facts().sort(bySequence);
      run.settle(run.created().map(Change.RunCreated::definitionHash).map(definitions::get));
      for (ExecutionCase execution : run.executions()) {
        execution.journal().facts().sort(bySequence);
        execution.work().sort(Comparator.comparingLong(Work::at));
        execution.effects().sort(Comparator.comparingLong(Effect::at));
      }
    }
    others.values().forEach(journal -> journal.facts().sort(bySequence));
    effects
        .values()
        .forEach(facts -> facts.sort(Comparator.comparing(Fact::entity).thenComparing(bySequence)));
    journals.putAll(others);
    for (RunCase run : runs.values()) {
      keep(run.journal());
      run.executions().forEach(execution -> keep(execution.journal()));
    }
    workers.values().forEach(work -> work.sort(Comparator.comparingLong(Work::at)));
    subscribers
        .values()
        .forEach(
            subscriber ->
                subscriber
                    .streams()
                    .sort(Comparator.comparingLong(stream -> stream.opened().at())));
    sections
        .values()
        .forEach(section -> section.stored().sort(Comparator.comparingLong(Log.Stored::line)));
  }

  private void keep(EntityJournal journal) {
    if (!journal.facts().isEmpty()) {
      journals.put(journal.facts().getFirst().entity(), journal);
    }
  }

  public Manifest manifest() {
    return manifest;
  }

  public Manifest.Settings settings() {
    return manifest.settings();
  }

  public Collection<RunCase> runs() {
    return runs.values();
  }

  /** By its id. */
  public Optional<RunCase> findRun(String id) {
    return Optional.ofNullable(runs.get(id));
  }

  /** By {@code RUN/task/0}. */
  public Optional<ExecutionCase> execution(String execution) {
    return findRun(Names.run(execution)).flatMap(run -> run.execution(execution));
  }

  /** The facts of workflows and tasks, and of what the model does not know. */
  public Collection<EntityJournal> others() {
    return others.values();
  }

  /** Every entity that has a fact. */
  public Collection<EntityJournal> journals() {
    return journals.values();
  }

  /** The facts of an entity that has some, by the journal's name for it. */
  public Optional<EntityJournal> journal(String entity) {
    return Optional.ofNullable(journals.get(entity));
  }

  public Optional<Definition> definition(String hash) {
    return Optional.ofNullable(definitions.get(hash));
  }

  /** In the order in which they were invoked. */
  public List<Operation> operations() {
    return operations;
  }

  /** The operations by request id. */
  public Map<String, List<Operation>> requests() {
    return byRequest;
  }

  /** The operations that carry a request id. */
  public List<Operation> request(String requestId) {
    return byRequest.getOrDefault(requestId, List.of());
  }

  /** The facts that a request id is named as the cause of, by request id. */
  public Map<String, List<Fact>> effects() {
    return effects;
  }

  /** The facts that this request caused. */
  public List<Fact> effects(String requestId) {
    return effects.getOrDefault(requestId, List.of());
  }

  /** What each worker saw and did, over all its processes. */
  public Map<String, List<Work>> workers() {
    return workers;
  }

  public Collection<Subscriber> subscribers() {
    return subscribers.values();
  }

  public Collection<Section> sections() {
    return sections.values();
  }

  /** The log of one attempt. */
  public Optional<Section> findSection(String execution, long fence) {
    return Optional.ofNullable(sections.get(execution + "#" + fence));
  }

  /** What each reader of logs got. */
  public Map<String, List<Log>> readers() {
    return readers;
  }

  public List<Effect> ledger() {
    return ledger;
  }

  public List<Final.RunRow> runRows() {
    return runRows;
  }

  public List<Final.DefinitionRow> definitionRows() {
    return definitionRows;
  }

  public List<Final.WakeRow> wakeRows() {
    return wakeRows;
  }

  public List<Final.Worker> finalWorkers() {
    return finalWorkers;
  }

  public List<Node.Sample> samples() {
    return samples;
  }

  public List<Node.Finding> findings() {
    return findings;
  }

  public List<Misfit> misfits() {
    return misfits;
  }

  public FaultTimes faults() {
    return faults;
  }

  /** When the system was left alone, once somebody said so. */
  public Optional<Final.Settled> settled() {
    return settled;
  }
}
