package dev.pawl.definition;

import dev.pawl.v1.Definition;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.util.List;

/**
 * Says what is wrong with a definition: all mistakes at once, in the order of the fields, at most
 * {@value #LIMIT}.
 *
 * <p>A pure function, in time linear in the size of the definition. It checks what the comments of
 * {@code definition.proto} promise; reserved fields are mistakes until their feature works.
 */
public final class DefinitionCheck {
  /** The most mistakes that are reported. */
  public static final int LIMIT = 100;

  /** The only version of the format. */
  public static final String API_VERSION = "pawl/v1";

  private DefinitionCheck() {}

  /** Checks the content of a file; paths begin with {@code workflow} or {@code task}. */
  public static List<Violation> check(Definition definition) {
    Findings findings = new Findings(LIMIT);
    FieldPath root = FieldPath.ROOT;
    if (!definition.getApiVersion().equals(API_VERSION)) {
      findings.add(
          root.field("apiVersion"),
          definition.getApiVersion().isEmpty()
              ? "is missing: give \"%s\"".formatted(API_VERSION)
              : "is %s; must be \"%s\""
                  .formatted(Texts.quote(definition.getApiVersion()), API_VERSION));
    }
    switch (definition.getKindCase()) {
      case WORKFLOW ->
          new WorkflowCheck(findings).check(root.field("workflow"), definition.getWorkflow());
      case TASK -> new TaskCheck(findings).checkAlone(root.field("task"), definition.getTask());
      case STREAM -> findings.unsupported(root.field("stream"), "stream", Feature.STREAMS);
      case KIND_NOT_SET ->
          findings.add(root, "defines nothing: give exactly one of workflow, task");
    }
    return findings.toList();
  }

  /** Checks a workflow; paths are relative to it. */
  public static List<Violation> check(WorkflowSpec workflow) {
    Findings findings = new Findings(LIMIT);
    new WorkflowCheck(findings).check(FieldPath.ROOT, workflow);
    return findings.toList();
  }

  /** Checks a task that stands alone; paths are relative to it. */
  public static List<Violation> check(TaskSpec task) {
    Findings findings = new Findings(LIMIT);
    new TaskCheck(findings).checkAlone(FieldPath.ROOT, task);
    return findings.toList();
  }
}
