package dev.pawl.cli.audit;

import com.google.protobuf.Timestamp;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.PageOptions;
import dev.pawl.cli.definition.DurationText;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.Printer;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.RunReference;
import dev.pawl.v1.AuditOutcome;
import dev.pawl.v1.AuditRecord;
import dev.pawl.v1.AuditServiceGrpc;
import dev.pawl.v1.ListAuditRecordsRequest;
import dev.pawl.v1.ListAuditRecordsResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists commands, newest first. */
@Command(
    description = "List commands, refused ones included, newest first.",
    footer = {
      "",
      "Examples:",
      "  pawl audit list --run @latest",
      "  pawl audit list --principal ada --since 24h",
      "  pawl audit list --outcome refused -o wide",
      "  pawl audit list --command StopRun --since 2026-11-01T00:00:00Z --all -o jsonl"
    })
public final class AuditList implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--run",
      paramLabel = "RUN[/STEP]",
      description = "Only on this run, or on this step of it.")
  private String run = "";

  @Option(names = "--workflow", paramLabel = "NAME", description = "Only on this workflow.")
  private String workflow = "";

  @Option(names = "--task", paramLabel = "NAME", description = "Only on this task.")
  private String task = "";

  @Option(names = "--principal", paramLabel = "NAME", description = "Only by this caller.")
  private String principal = "";

  @Option(names = "--command", paramLabel = "RPC", description = "Only this one, as StopRun.")
  private String command = "";

  /** What came of commands, as it is typed. */
  enum Outcome {
    ACCEPTED(AuditOutcome.AUDIT_OUTCOME_ACCEPTED),
    UNCHANGED(AuditOutcome.AUDIT_OUTCOME_UNCHANGED),
    REFUSED(AuditOutcome.AUDIT_OUTCOME_REFUSED),
    UNKNOWN(AuditOutcome.AUDIT_OUTCOME_UNKNOWN);

    private final AuditOutcome outcome;

    Outcome(AuditOutcome outcome) {
      this.outcome = outcome;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--outcome",
      paramLabel = "OUTCOME",
      description = "Only accepted, unchanged, refused or unknown ones.")
  private @Nullable Outcome outcome;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only at or after this: 2h for two hours ago, or an instant.")
  private String since = "";

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Only before this, written like --since.")
  private String until = "";

  @Mixin private final PageOptions page = new PageOptions();

  public AuditList(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    ListAuditRecordsRequest wanted = wanted();
    ListAuditRecordsResponse.Builder answer = ListAuditRecordsResponse.newBuilder();
    page.read(
        request ->
            answer
                .clearNextPageToken()
                .mergeFrom(
                    invocation
                        .connection()
                        .call(
                            AuditServiceGrpc.getListAuditRecordsMethod(),
                            wanted.toBuilder()
                                .setPageSize(request.pageSize())
                                .setPageToken(request.token())
                                .build()))
                .getNextPageToken());
    page.print(
        invocation,
        new Printer.Listing<>(
            answer.build(),
            answer.getRecordsList(),
            AuditRecord::getRequestId,
            AuditRecord::getEntity,
            columns()),
        answer.getNextPageToken());
    return ExitCode.OK.number();
  }

  private ListAuditRecordsRequest wanted() {
    ListAuditRecordsRequest.Builder wanted =
        ListAuditRecordsRequest.newBuilder()
            .setParent(invocation.names().parent())
            .setEntity(entity())
            .setPrincipal(principal)
            .setCommand(command);
    Outcome chosen = outcome;
    if (chosen != null) {
      wanted.setOutcome(chosen.outcome);
    }
    instant("--since", since).ifPresent(wanted::setStartTime);
    instant("--until", until).ifPresent(wanted::setEndTime);
    return wanted.build();
  }

  private String entity() {
    if (Stream.of(run, workflow, task).filter(given -> !given.isEmpty()).count() > 1) {
      throw CommandFailed.usage(
          "--run, --workflow and --task name what the commands were on.", "Give one of them.");
    }
    if (!workflow.isEmpty()) {
      return invocation.names().workflow(workflow);
    }
    if (!task.isEmpty()) {
      return invocation.names().task(task);
    }
    return run.isEmpty() ? "" : RunReference.runOrStep(invocation, run);
  }

  private Optional<Timestamp> instant(String option, String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> ago =
        DurationText.parse(text)
            .map(found -> Duration.ofSeconds(found.getSeconds(), found.getNanos()));
    Instant instant;
    try {
      instant =
          ago.isPresent()
              ? invocation.streams().clock().instant().minus(ago.get())
              : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw CommandFailed.usage(
          "%s is no time: %s.".formatted(option, text),
          "Write how long ago, as 2h or 30m, or an instant, as 2026-11-30T14:00:00Z.");
    }
    return Optional.of(
        Timestamp.newBuilder()
            .setSeconds(instant.getEpochSecond())
            .setNanos(instant.getNano())
            .build());
  }

  private List<Column<AuditRecord>> columns() {
    return List.of(
        Column.of("TIME", row -> invocation.times().at(row.getTime())),
        Column.of("PRINCIPAL", AuditRecord::getPrincipal),
        Column.of("COMMAND", AuditRecord::getCommand),
        Column.of("ENTITY", row -> brief(row.getEntity())),
        Column.of("OUTCOME", row -> States.name(row.getOutcome())),
        Column.of("BEFORE", row -> orDash(row.getStateBefore())),
        Column.of("AFTER", row -> orDash(row.getStateAfter())),
        Column.of("REASON", row -> orDash(row.getReason())),
        Column.of("REFUSAL", row -> orDash(row.getRefusal())),
        Column.wide("MESSAGE", AuditRecord::getMessage),
        Column.wide("REQUEST", AuditRecord::getRequestId),
        Column.wide("NAME", AuditRecord::getEntity));
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  /** A run as tables show it, with its step behind it; a definition by its name. */
  private static String brief(String entity) {
    String id = Names.part(entity, "runs");
    if (id.isEmpty()) {
      return Names.definition(entity);
    }
    String step = Names.part(entity, "taskRuns");
    return Names.brief(id) + (step.isEmpty() ? "" : "/" + step);
  }
}
