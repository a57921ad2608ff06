package dev.pawl.cli.workflow;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.MutationOptions;
import dev.pawl.cli.definition.DefinitionDocument;
import dev.pawl.cli.definition.Mistake;
import dev.pawl.cli.resource.Names;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.v1.SubmitTaskRequest;
import dev.pawl.v1.SubmitTaskResponse;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.SubmitWorkflowResponse;
import dev.pawl.v1.TaskServiceGrpc;
import dev.pawl.v1.WorkflowServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Submits definitions.
 *
 * <p>Nothing is sent when any file has a mistake. Several definitions are first all checked by the
 * server, so that what only it can find does not leave half of them applied.
 */
@Command(
    description = "Submit the definitions of some files; with a mistake in any, nothing is sent.",
    footer = {
      "",
      "Examples:",
      "  pawl workflow apply -f flows/",
      "  pawl workflow apply -f sales.yaml --dry-run",
      "  pawl task apply -f clean-up.yaml --reason 'longer timeout'"
    })
public final class Apply implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final FileOptions files = new FileOptions();

  @Mixin private final MutationOptions mutation = new MutationOptions();

  public Apply(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Checked checked = Checked.read(invocation, files.paths());
    List<Mistake> mistakes = new ArrayList<>(checked.mistakes());
    if (!mistakes.isEmpty()) {
      return Checked.reject(invocation, mistakes, "nothing applied");
    }
    boolean several = checked.documents().size() > 1;
    if (several && (invocation.hasRequestId() || mutation.expectedVersion().isPresent())) {
      throw CommandFailed.usage(
          "--request-id and --expected-version are for one definition; here are "
              + checked.documents().size()
              + ".");
    }
    if (several || mutation.isDryRun()) {
      for (DefinitionDocument document : checked.documents()) {
        attempt(document, true, mistakes);
      }
    } else {
      attempt(checked.documents().getFirst(), false, mistakes);
    }
    if (!mistakes.isEmpty()) {
      return Checked.reject(invocation, mistakes, "nothing applied");
    }
    if (several && !mutation.isDryRun()) {
      for (DefinitionDocument document : checked.documents()) {
        attempt(document, false, mistakes);
        if (!mistakes.isEmpty()) {
          // Valid a moment ago: the server itself has changed its mind.
          return Checked.reject(invocation, mistakes, "applied up to here");
        }
      }
    }
    return ExitCode.OK.number();
  }

  /** Submits, or only checks; mistakes that the server finds are put at their place in the file. */
  private void attempt(DefinitionDocument document, boolean check, List<Mistake> mistakes) {
    try {
      submit(document, check);
    } catch (StatusRuntimeException e) {
      PawlError error = PawlErrors.of(e);
      if (error.code() != Status.Code.INVALID_ARGUMENT || error.fields().isEmpty()) {
        throw e;
      }
      for (PawlError.FieldViolation field : error.fields()) {
        mistakes.add(document.mistake(field.path(), field.message(), Optional.empty()));
      }
    }
  }

  private void submit(DefinitionDocument document, boolean check) {
    switch (document.definition().getKindCase()) {
      case WORKFLOW -> submitWorkflow(document, check);
      case TASK -> submitTask(document, check);
      case STREAM, KIND_NOT_SET ->
          throw new IllegalStateException(
              "Checked, and still not to be applied: " + document.title());
    }
  }

  private void submitWorkflow(DefinitionDocument document, boolean check) {
    SubmitWorkflowRequest.Builder request =
        SubmitWorkflowRequest.newBuilder()
            .setParent(invocation.names().parent())
            .setWorkflow(document.definition().getWorkflow())
            .setRequestId(invocation.requestId())
            .setDryRun(check)
            .setReason(mutation.reason());
    mutation.expectedVersion().ifPresent(request::setExpectedVersion);
    SubmitWorkflowResponse answer =
        invocation
            .connection()
            .call(WorkflowServiceGrpc.getSubmitWorkflowMethod(), request.build());
    if (check == mutation.isDryRun()) {
      var workflow = answer.getWorkflow();
      invocation
          .printer()
          .item(
              workflow,
              Names.last(workflow.getName()),
              workflow.getName(),
              () ->
                  line("workflow", workflow.getName(), workflow.getVersion(), answer.getChanged()));
      if (!check && answer.getChanged()) {
        invocation.hint("Start it: pawl run start " + Names.last(workflow.getName()) + " --wait");
      }
    }
  }

  private void submitTask(DefinitionDocument document, boolean check) {
    SubmitTaskRequest.Builder request =
        SubmitTaskRequest.newBuilder()
            .setParent(invocation.names().parent())
            .setTask(document.definition().getTask())
            .setRequestId(invocation.requestId())
            .setDryRun(check)
            .setReason(mutation.reason());
    mutation.expectedVersion().ifPresent(request::setExpectedVersion);
    SubmitTaskResponse answer =
        invocation.connection().call(TaskServiceGrpc.getSubmitTaskMethod(), request.build());
    if (check == mutation.isDryRun()) {
      var task = answer.getTask();
      invocation
          .printer()
          .item(
              task,
              Names.last(task.getName()),
              task.getName(),
              () -> line("task", task.getName(), task.getVersion(), answer.getChanged()));
      if (!check && answer.getChanged()) {
        invocation.hint(
            "Start it: pawl run start --task " + Names.last(task.getName()) + " --wait");
      }
    }
  }

  private List<String> line(String kind, String name, long version, boolean changed) {
    String what = kind + " " + Names.last(name) + "  v" + version + "  ";
    if (mutation.isDryRun()) {
      return List.of(what + (changed ? "would be applied" : "would not change"));
    }
    return List.of(what + (changed ? "applied" : "unchanged"));
  }
}
