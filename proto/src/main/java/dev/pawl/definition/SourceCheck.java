package dev.pawl.definition;

import com.google.protobuf.Value;
import dev.pawl.definition.TaskGraph.Reach;
import dev.pawl.v1.Output;
import dev.pawl.v1.Source;
import dev.pawl.v1.TaskSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules of sources: what an input or an output of a workflow may be filled from. */
final class SourceCheck {
  private static final int WORKFLOW = -1;

  private final Findings findings;
  private final Set<String> parameters;
  private final TaskGraph graph;
  private final Set<Reach> reached;

  private SourceCheck(
      Findings findings, Set<String> parameters, TaskGraph graph, Set<Reach> reached) {
    this.findings = findings;
    this.parameters = parameters;
    this.graph = graph;
    this.reached = reached;
  }

  /** For the tasks of a workflow: all questions to the graph are asked at once. */
  static SourceCheck of(
      Findings findings, Set<String> parameters, TaskGraph graph, List<TaskSpec> tasks) {
    Set<Reach> questions = new HashSet<>();
    for (int i = 0; i < tasks.size(); i++) {
      for (Source source : tasks.get(i).getInputsMap().values()) {
        int task = i;
        if (source.hasOutput()) {
          reference(source.getOutput())
              .flatMap(reference -> graph.find(reference.task()))
              .filter(upstream -> upstream != task && !graph.needs(task, upstream))
              .ifPresent(upstream -> questions.add(new Reach(task, upstream)));
        }
      }
    }
    return new SourceCheck(findings, parameters, graph, graph.reached(questions));
  }

  /** For a task of its own. */
  static SourceCheck ofOne(Findings findings, Set<String> parameters) {
    return new SourceCheck(findings, parameters, TaskGraph.of(List.of()), Set.of());
  }

  void checkInputs(FieldPath path, int task, Map<String, Source> inputs) {
    inputs.forEach((name, source) -> check(path.key(name), task, name, source));
  }

  void checkWorkflowOutputs(FieldPath path, Map<String, Source> outputs) {
    checkInputs(path, WORKFLOW, outputs);
  }

  private void check(FieldPath path, int task, String name, Source source) {
    Texts.checkVariable(findings, path, name);
    switch (source.getSourceCase()) {
      case VALUE -> {
        if (source.getValue().getKindCase() == Value.KindCase.KIND_NOT_SET) {
          findings.add(path.field("value"), "is missing");
        }
        ValueDepth.fault(source.getValue())
            .ifPresent(fault -> findings.add(path.field("value"), fault));
      }
      case PARAMETER -> {
        if (!parameters.contains(source.getParameter())) {
          findings.add(
              path.field("parameter"),
              "there is no parameter %s".formatted(Texts.quote(source.getParameter())),
              () -> Suggestions.nearest(source.getParameter(), parameters));
        }
      }
      case OUTPUT -> checkOutput(path.field("output"), task, source.getOutput());
      case EXPRESSION ->
          findings.unsupported(
              path.field("expression"), "expression", Feature.DISTRIBUTED_EXECUTION);
      case SOURCE_NOT_SET ->
          findings.add(path, "has no source: give exactly one of value, parameter, output");
    }
  }

  private void checkOutput(FieldPath path, int task, String text) {
    if (graph.names().isEmpty()) {
      findings.add(path, "a task of its own has no upstream; use a value or a parameter");
      return;
    }
    Optional<Reference> parsed = reference(text);
    if (parsed.isEmpty()) {
      findings.add(
          path, "must be task.output, such as \"precheck.free_gb\"; is " + Texts.quote(text));
      return;
    }
    Reference reference = parsed.get();
    Optional<Integer> found = graph.find(reference.task());
    if (found.isEmpty()) {
      findings.add(
          path,
          "no task is named " + Texts.quote(reference.task()),
          () ->
              Suggestions.nearest(reference.task(), graph.names())
                  .map(name -> name + "." + reference.output()));
      return;
    }
    int upstream = found.get();
    String name = Texts.quote(reference.task());
    if (upstream == task) {
      findings.add(path, "a task cannot read its own output");
    } else if (task != WORKFLOW
        && !graph.needs(task, upstream)
        && !reached.contains(new Reach(task, upstream))) {
      findings.add(path, "%s is not upstream of this task; add it to `needs`".formatted(name));
    }
    List<String> declared =
        graph.task(upstream).getOutputsList().stream().map(Output::getName).toList();
    if (!declared.contains(reference.output())) {
      findings.add(
          path,
          declared.isEmpty()
              ? "%s declares no outputs; declare %s there"
                  .formatted(name, Texts.quote(reference.output()))
              : "%s declares no output %s".formatted(name, Texts.quote(reference.output())),
          () ->
              Suggestions.nearest(reference.output(), declared)
                  .map(output -> reference.task() + "." + output));
    }
  }

  private record Reference(String task, String output) {}

  /** Names of tasks may hold dots, those of outputs may not: the last dot divides. */
  private static Optional<Reference> reference(String text) {
    int dot = text.lastIndexOf('.');
    return dot <= 0 || dot == text.length() - 1
        ? Optional.empty()
        : Optional.of(new Reference(text.substring(0, dot), text.substring(dot + 1)));
  }
}
