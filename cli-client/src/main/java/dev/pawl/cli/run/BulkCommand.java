package dev.pawl.cli.run;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.MutationOptions;
import dev.pawl.cli.operation.OperationItems;
import dev.pawl.cli.operation.OperationText;
import dev.pawl.cli.operation.OperationWait;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.Command;
import dev.pawl.v1.CommandRunsRequest;
import dev.pawl.v1.CommandRunsResponse;
import dev.pawl.v1.OperationItem;
import dev.pawl.v1.OperationServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One command on many runs, as an operation. */
final class BulkCommand {
  /** Thousands of runs are asked, or their list is written down, before the server answers. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Invocation invocation;
  private final Verb<?, ?> verb;
  private final MutationOptions mutation;
  private final List<String> runs;
  private final String filter;
  private final boolean wait;

  BulkCommand(
      Invocation invocation,
      Verb<?, ?> verb,
      MutationOptions mutation,
      List<String> runs,
      String filter,
      boolean wait) {
    this.invocation = invocation;
    this.verb = verb;
    this.mutation = mutation;
    this.runs = List.copyOf(runs);
    this.filter = filter;
    this.wait = wait;
  }

  Integer call() {
    if (mutation.expectedVersion().isPresent()) {
      throw CommandFailed.usage(
          "--expected-version is for one run.", "Leave it out, or command the runs one by one.");
    }
    CommandRunsRequest.Builder request =
        CommandRunsRequest.newBuilder()
            .setParent(invocation.names().parent())
            .setCommand(command())
            .setFilter(filter)
            .setRequestId(invocation.requestId())
            .setReason(mutation.reason())
            .setDryRun(mutation.isDryRun());
    runs.forEach(run -> request.addRuns(RunReference.run(invocation, run)));
    if (!mutation.isDryRun()) {
      verb.question().ifPresent(question -> invocation.confirm(question.formatted(subject())));
      request.setConfirm(true);
    }
    CommandRunsResponse answer =
        invocation
            .connection()
            .call(
                OperationServiceGrpc.getCommandRunsMethod(),
                request.build(),
                invocation.explicitTimeout().orElse(PATIENCE));
    return mutation.isDryRun() ? preview(answer) : follow(answer.getOperation());
  }

  private Command command() {
    String word = verb.word().equals("force-pause") ? "FORCED_PAUSE" : verb.word();
    return Command.valueOf("COMMAND_" + word.toUpperCase(Locale.ROOT));
  }

  private String subject() {
    return runs.isEmpty() ? "all runs with " + filter : runs.size() + " runs";
  }

  private Integer preview(CommandRunsResponse answer) {
    invocation
        .printer()
        .item(
            answer,
            Integer.toString(answer.getForeseen().getAccepted()),
            Integer.toString(answer.getForeseen().getAccepted()),
            () -> foreseen(answer));
    return ExitCode.OK.number();
  }

  private List<String> foreseen(CommandRunsResponse answer) {
    String would = "WOULD " + verb.word().toUpperCase(Locale.ROOT);
    int width = Math.max(would.length(), "UNCHANGED".length());
    List<String> lines = new ArrayList<>();
    for (OperationItem item : answer.getItemsList()) {
      lines.add(
          (Text.pad(word(item, would), width)
                  + "  "
                  + Text.pad(Names.brief(Names.last(item.getRun())), 8)
                  + "  "
                  + detail(item))
              .stripTrailing());
    }
    int total = answer.getForeseen().getTotal();
    lines.add(
        "%d of %d %s would change.%s"
            .formatted(
                answer.getForeseen().getAccepted(),
                total,
                total == 1 ? "run" : "runs",
                answer.getForeseen().getAccepted() == 0 ? "" : " Repeat without --dry-run."));
    return lines;
  }

  private static String word(OperationItem item, String would) {
    return switch (item.getOutcome()) {
      case ITEM_OUTCOME_ACCEPTED -> would;
      case ITEM_OUTCOME_UNCHANGED -> "UNCHANGED";
      case ITEM_OUTCOME_REFUSED -> "BLOCKED";
      case ITEM_OUTCOME_UNSPECIFIED,
          ITEM_OUTCOME_NOT_BEGUN,
          ITEM_OUTCOME_BEGUN,
          ITEM_OUTCOME_UNANSWERED,
          ITEM_OUTCOME_CANCELLED,
          UNRECOGNIZED ->
          "UNKNOWN";
    };
  }

  private String detail(OperationItem item) {
    return switch (item.getOutcome()) {
      case ITEM_OUTCOME_ACCEPTED ->
          "it would be " + invocation.style().state(States.name(item.getState()));
      case ITEM_OUTCOME_UNCHANGED ->
          "it is so already: " + invocation.style().state(States.name(item.getState()));
      case ITEM_OUTCOME_UNSPECIFIED,
          ITEM_OUTCOME_NOT_BEGUN,
          ITEM_OUTCOME_BEGUN,
          ITEM_OUTCOME_REFUSED,
          ITEM_OUTCOME_UNANSWERED,
          ITEM_OUTCOME_CANCELLED,
          UNRECOGNIZED ->
          item.getMessage();
    };
  }

  private Integer follow(BulkOperation begun) {
    if (!wait) {
      invocation
          .printer()
          .item(
              begun,
              begun.getId(),
              begun.getName(),
              () -> List.of(OperationText.line(invocation, begun)));
      invocation.hint("Follow it: pawl operation watch " + Names.brief(begun.getId()));
      return ExitCode.OK.number();
    }
    BulkOperation ended = OperationWait.untilEnded(invocation, begun.getName(), _ -> {});
    OperationItems.print(invocation, ended.getName());
    invocation.note(OperationText.line(invocation, ended));
    return States.exitCode(ended.getState()).number();
  }
}
