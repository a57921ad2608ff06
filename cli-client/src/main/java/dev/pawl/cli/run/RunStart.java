package dev.pawl.cli.run;

import com.google.protobuf.Struct;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.MutationOptions;
import dev.pawl.cli.definition.DefinitionFiles;
import dev.pawl.cli.definition.DefinitionReader;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.follow.RunFollower;
import dev.pawl.v1.GetTaskRequest;
import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunObject;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.TaskServiceGrpc;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.WorkflowServiceGrpc;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a run. */
@Command(
    description = "Start a run of a workflow, or of a task that stands alone.",
    footer = {
      "",
      "A value is read as JSON when the parameter is declared as a number, boolean, list or"
          + " object.",
      "",
      "Examples:",
      "  pawl run start upgrade --param version=4.3.5 --param 'zones=[\"z1\",\"z2\"]' --wait",
      "  pawl run start --task clean-up --params-file params.yaml --object host=10.0.0.1,id=7"
    })
public final class RunStart implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "NAME", description = "The workflow, or with --task the task.")
  private String definition = "";

  @Option(names = "--task", description = "NAME is a task that stands alone.")
  private boolean task;

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUE",
      description = "A parameter; may be repeated.")
  private final Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--params-file",
      paramLabel = "FILE",
      description = "Parameters as YAML or JSON, - for the standard input; --param goes before it.")
  private @Nullable String parametersFile;

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label; may be repeated.")
  private final Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--object",
      paramLabel = "KIND=NAME[,id=ID]",
      description = "What the run is about, such as cluster=obdemo; may be repeated.")
  private List<String> objects = List.of();

  @Option(
      names = "--version",
      paramLabel = "N",
      description = "A version of the definition (the newest).")
  private @Nullable Long version;

  @Option(
      names = "--wait",
      description = "Follow the run until it has ended; its result is the exit code.")
  private boolean wait;

  @Option(
      names = "--compact",
      description = "With --wait: one line per change, also on a terminal.")
  private boolean compact;

  @Option(names = "--no-logs", description = "With --wait: without the lines of the logs.")
  private boolean noLogs;

  @Mixin private final MutationOptions mutation = new MutationOptions();

  public RunStart(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    String name =
        task ? invocation.names().task(definition) : invocation.names().workflow(definition);
    StartRunRequest.Builder request =
        StartRunRequest.newBuilder()
            .setDefinition(name)
            .setParameters(values(name))
            .putAllLabels(labels)
            .addAllObjects(objects.stream().map(RunStart::object).toList())
            .setRequestId(invocation.requestId())
            .setDryRun(mutation.isDryRun())
            .setReason(mutation.reason());
    Long wanted = version;
    if (wanted != null) {
      request.setVersion(wanted);
    }
    Run run =
        invocation.connection().call(RunServiceGrpc.getStartRunMethod(), request.build()).getRun();
    if (wait && !mutation.isDryRun()) {
      return new RunFollower(
              invocation,
              run.getName(),
              new RunFollower.Wishes(OptionalInt.empty(), compact, !noLogs, Optional.empty()))
          .follow()
          .number();
    }
    String line =
        (mutation.isDryRun() ? "Would start  " : "Run " + Names.brief(run.getId()) + "  ")
            + RunDetails.title(run)
            + "  "
            + invocation.style().state(States.name(run.getState()));
    invocation.printer().item(run, run.getId(), run.getName(), () -> List.of(line));
    if (!mutation.isDryRun()) {
      invocation.hint("Follow it: pawl run watch " + Names.brief(run.getId()));
    }
    return ExitCode.OK.number();
  }

  private static RunObject object(String typed) {
    int equals = typed.indexOf('=');
    int id = typed.lastIndexOf(",id=");
    String name = equals < 0 ? "" : typed.substring(equals + 1, id > equals ? id : typed.length());
    if (equals <= 0 || name.isEmpty()) {
      throw CommandFailed.usage(
          "--object is \"" + typed + "\".", "Write KIND=NAME, such as cluster=obdemo.");
    }
    return RunObject.newBuilder()
        .setKind(typed.substring(0, equals))
        .setName(name)
        .setId(id > equals ? typed.substring(id + ",id=".length()) : "")
        .build();
  }

  private Struct values(String name) {
    Struct.Builder values = Struct.newBuilder();
    String file = parametersFile;
    if (file != null) {
      var read =
          DefinitionReader.readParameters(
              DefinitionFiles.load(List.of(file), invocation.streams().in()).getFirst());
      if (!read.mistakes().isEmpty()) {
        read.mistakes()
            .forEach(
                mistake ->
                    mistake.lines(invocation.style()).forEach(invocation.streams().err()::println));
        throw CommandFailed.usage("The parameters have mistakes; nothing was started.");
      }
      values.mergeFrom(read.values());
    }
    if (!parameters.isEmpty()) {
      Map<String, ValueType> declared = declared(name);
      parameters.forEach(
          (key, text) ->
              values.putFields(
                  key,
                  ParameterText.toValue(
                      text, declared.getOrDefault(key, ValueType.VALUE_TYPE_STRING))));
    }
    return values.build();
  }

  private Map<String, ValueType> declared(String name) {
    Map<String, ValueType> declared = new HashMap<>();
    for (Parameter parameter : task ? ofTask(name) : ofWorkflow(name)) {
      declared.put(parameter.getName(), parameter.getType());
    }
    return declared;
  }

  private List<Parameter> ofWorkflow(String name) {
    GetWorkflowRequest.Builder request = GetWorkflowRequest.newBuilder().setName(name);
    Long wanted = version;
    if (wanted != null) {
      request.setVersion(wanted);
    }
    return invocation
        .connection()
        .call(WorkflowServiceGrpc.getGetWorkflowMethod(), request.build())
        .getWorkflow()
        .getDefinition()
        .getParametersList();
  }

  private List<Parameter> ofTask(String name) {
    GetTaskRequest.Builder request = GetTaskRequest.newBuilder().setName(name);
    Long wanted = version;
    if (wanted != null) {
      request.setVersion(wanted);
    }
    return invocation
        .connection()
        .call(TaskServiceGrpc.getGetTaskMethod(), request.build())
        .getTask()
        .getDefinition()
        .getParametersList();
  }
}
