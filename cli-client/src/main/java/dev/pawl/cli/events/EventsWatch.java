package dev.pawl.cli.events;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.OutputFormat;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.terminal.Detach;
import dev.pawl.client.Watches;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.Event;
import dev.pawl.v1.Now;
import dev.pawl.v1.Run;
import dev.pawl.v1.Snapshot;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Streams what happens in a project. */
@Command(
    description = "Stream what happens in a project: every fact once, in order.",
    footer = {
      "",
      "Fields of the filter: kind, run, workflow, task, state, labels.KEY.",
      "",
      "Examples:",
      "  pawl events watch --filter 'workflow = \"daily-sales\"' -o jsonl",
      "  pawl events watch --from beginning --kind run",
      "  pawl events watch --cursor CAEQ..."
    })
public final class EventsWatch implements Callable<Integer> {
  enum From {
    NOW,
    BEGINNING,
    SNAPSHOT
  }

  private final Invocation invocation;

  @Option(names = "--from", paramLabel = "WHERE", description = "now, beginning or snapshot (now).")
  private From from = From.NOW;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Go on behind the message that carried this, with the same filter.")
  private String cursor = "";

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description = "Conditions with =, joined by AND.")
  private String filter = "";

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      split = ",",
      description = "workflow, task, run or execution.")
  private List<String> kinds = List.of();

  @Option(names = "--run", paramLabel = "RUN", description = "Only this run; may be repeated.")
  private List<String> runs = List.of();

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only runs with this label.")
  private Map<String, String> labels = Map.of();

  @Option(names = "--bookmarks", description = "With -o jsonl: bookmarks too.")
  private boolean bookmarks;

  @Option(names = "--limit", paramLabel = "N", description = "End after N messages.")
  private int limit = Integer.MAX_VALUE;

  public EventsWatch(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    OutputFormat format = invocation.format();
    if (!format.isForPeople() && format != OutputFormat.JSONL) {
      throw CommandFailed.usage("A stream is printed as a table or with -o jsonl.");
    }
    WatchFilter.Builder wanted = EventFilter.parse(invocation, filter).toBuilder();
    kinds.forEach(kind -> wanted.addKinds(EventFilter.kind(kind)));
    runs.forEach(run -> wanted.addRuns(EventFilter.fullName(invocation, run)));
    wanted.putAllLabels(labels);
    PrintStream out = invocation.streams().out();
    AtomicReference<String> last = new AtomicReference<>(cursor);
    AtomicInteger shown = new AtomicInteger();
    try (Detach detach = Detach.onInterrupt(() -> goOn(last.get()))) {
      Watches.stream(
              invocation.connection().channel(),
              request(wanted.build()),
              invocation.connection().streams())
          .forEach(
              message -> {
                if (isShown(message)) {
                  out.println(format == OutputFormat.JSONL ? Json.line(message) : line(message));
                  shown.incrementAndGet();
                }
                last.set(message.getCursor());
                return shown.get() < limit && !out.checkError();
              });
    }
    return ExitCode.OK.number();
  }

  private WatchRequest request(WatchFilter wanted) {
    WatchRequest.Builder request =
        WatchRequest.newBuilder().setParent(invocation.names().parent()).setFilter(wanted);
    if (!cursor.isEmpty()) {
      return request.setCursor(cursor).build();
    }
    return switch (from) {
      case NOW -> request.setNow(Now.getDefaultInstance()).build();
      case BEGINNING -> request.setBeginning(Beginning.getDefaultInstance()).build();
      case SNAPSHOT -> request.setSnapshot(Snapshot.getDefaultInstance()).build();
    };
  }

  private boolean isShown(WatchResponse message) {
    return switch (message.getMessageCase()) {
      case EVENT, ROW -> true;
      case SNAPSHOT_END, BOOKMARK -> bookmarks && invocation.format() == OutputFormat.JSONL;
      case MESSAGE_NOT_SET -> false;
    };
  }

  private String line(WatchResponse message) {
    return switch (message.getMessageCase()) {
      case EVENT -> line(message.getEvent());
      case ROW -> line(message.getRow().getRun());
      case SNAPSHOT_END, BOOKMARK, MESSAGE_NOT_SET -> "";
    };
  }

  private String line(Event event) {
    Style style = invocation.style();
    String before = event.getStateBefore();
    String after = event.getStateAfter();
    String move =
        before.equals(after) || before.isEmpty()
            ? style.state(after)
            : before + (style.unicode() ? " → " : " -> ") + style.state(after);
    return (invocation.times().clock(event.getTime())
            + "  "
            + Text.pad(States.name(event.getKind()).toLowerCase(Locale.ROOT), 9)
            + "  "
            + Text.pad(what(event), 28)
            + "  "
            + Text.pad(move, 24)
            + "  "
            + EventText.detail(event))
        .stripTrailing();
  }

  private static String what(Event event) {
    String run = Names.part(event.getName(), "runs");
    if (run.isEmpty()) {
      return Names.last(event.getName());
    }
    String step = Names.part(event.getName(), "taskRuns");
    return step.isEmpty()
        ? Names.brief(run) + " " + Names.definition(event.getDefinition())
        : Names.brief(run) + "/" + step;
  }

  private String line(Run run) {
    return invocation.times().clock(run.getCreateTime())
        + "  "
        + Text.pad("run", 9)
        + "  "
        + Text.pad(Names.brief(run.getId()) + " " + Names.definition(run.getDefinition()), 28)
        + "  "
        + invocation.style().state(States.name(run.getState()));
  }

  private void goOn(String cursor) {
    if (!cursor.isEmpty()) {
      invocation.hint(
          "Go on with: pawl events watch --cursor " + cursor + "  (and the same filter)");
    }
  }
}
