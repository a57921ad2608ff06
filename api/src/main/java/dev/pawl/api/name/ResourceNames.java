package dev.pawl.api.name;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.run.RunId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads and writes resource names.
 *
 * <p>Every reader takes the path of the field it reads, and refuses with INVALID_FIELD there.
 */
public final class ResourceNames {
  /** Stands for a project where none was named, as in the audit; no project is called so. */
  public static final String NO_PROJECT = "-";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final Pattern RUN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,8}");
  private static final int LONGEST = 512;
  private static final String NAME_RULE =
      "1 to 63 of a-z 0-9 . _ - and begins with a letter or digit";

  private static final String PROJECT = "projects/{project}";
  private static final String WORKFLOW = "projects/{project}/workflows/{workflow}";
  private static final String TASK = "projects/{project}/tasks/{task}";
  private static final String RUN_NAME = "projects/{project}/runs/{run}";
  private static final String STEP = "projects/{project}/runs/{run}/taskRuns/{task}";
  private static final String OPERATION = "projects/{project}/operations/{operation}";
  private static final String EXECUTION =
      "projects/{project}/runs/{run}/taskRuns/{task}/executions/{index}";

  private static final String LOCK = "projects/{project}/locks/{scope}";

  private ResourceNames() {}

  /** {@code projects/{project}}. */
  public static String project(String path, String text) {
    return split(path, text, PROJECT)[1];
  }

  /** {@code projects/{project}/workflows/{workflow}} or {@code projects/{project}/tasks/{task}}. */
  public static DefinitionId definition(String path, String text) {
    if (text.contains("/workflows/")) {
      return workflow(path, text);
    }
    if (text.contains("/tasks/")) {
      return task(path, text);
    }
    throw malformed(path, text, WORKFLOW + " or " + TASK);
  }

  /** {@code projects/{project}/workflows/{workflow}}. */
  public static DefinitionId workflow(String path, String text) {
    String[] parts = split(path, text, WORKFLOW);
    return new DefinitionId(DefinitionKind.WORKFLOW, parts[1], parts[3]);
  }

  /** {@code projects/{project}/tasks/{task}}. */
  public static DefinitionId task(String path, String text) {
    String[] parts = split(path, text, TASK);
    return new DefinitionId(DefinitionKind.TASK, parts[1], parts[3]);
  }

  /** {@code projects/{project}/locks/{scope}}: the locks of one scope. */
  public static LockId locks(String path, String text) {
    String[] parts = split(path, text, LOCK);
    return new LockId(parts[1], parts[3]);
  }

  /** {@code projects/{project}/runs/{run}}. */
  public static RunName run(String path, String text) {
    String[] parts = split(path, text, RUN_NAME);
    return new RunName(parts[1], parts[3]);
  }

  /** {@code projects/{project}/operations/{operation}}. */
  public static OperationName operation(String path, String text) {
    String[] parts = split(path, text, OPERATION);
    return new OperationName(parts[1], parts[3]);
  }

  /** {@code projects/{project}/runs/{run}/taskRuns/{task}}. */
  public static StepName step(String path, String text) {
    String[] parts = split(path, text, STEP);
    return new StepName(new RunName(parts[1], parts[3]), parts[5]);
  }

  /** A run, or a step of it. */
  public static StepOrRunName stepOrRun(String path, String text) {
    if (text.contains("/taskRuns/")) {
      StepName step = step(path, text);
      return new StepOrRunName(step.run(), Optional.of(step.task()));
    }
    if (text.chars().filter(c -> c == '/').count() == 3) {
      return new StepOrRunName(run(path, text), Optional.empty());
    }
    throw malformed(path, text, RUN_NAME + " or " + STEP);
  }

  /** {@code projects/{project}/runs/{run}/taskRuns/{task}/executions/{index}}. */
  public static ExecutionName execution(String path, String text) {
    String[] parts = split(path, text, EXECUTION);
    return new ExecutionName(
        new StepName(new RunName(parts[1], parts[3]), parts[5]), Integer.parseInt(parts[7]));
  }

  /** A name by itself: of a worker, a group. */
  public static String name(String path, String text) {
    if (!NAME.matcher(text).matches()) {
      throw ApiErrors.invalidField(
          path, "%s is no name: it has %s".formatted(quote(text), NAME_RULE));
    }
    return text;
  }

  /** Whether the text is a name. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  public static String ofRun(String project, RunId run) {
    return "projects/" + project + "/runs/" + run.value();
  }

  public static String ofOperation(String project, OperationId operation) {
    return "projects/" + project + "/operations/" + operation.value();
  }

  public static String ofLocks(LockId locks) {
    return "projects/" + locks.project() + "/locks/" + locks.scope();
  }

  public static String ofStep(String project, RunId run, String task) {
    return ofRun(project, run) + "/taskRuns/" + task;
  }

  public static String ofExecution(String project, ExecutionId execution) {
    return ofStep(project, execution.run(), execution.task()) + "/executions/" + execution.index();
  }

  /** What was given, in quotes, on one line and not longer than a reader wants. */
  public static String quote(String text) {
    StringBuilder shown = new StringBuilder("\"");
    text.codePoints()
        .limit(60)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || !Character.isDefined(c)) {
                shown.append("\\u%04X".formatted(c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown
        .append(text.length() > 60 ? "\" ... (%,d characters)".formatted(text.length()) : "\"")
        .toString();
  }

  private static String[] split(String path, String text, String pattern) {
    String[] wanted = pattern.split("/", -1);
    if (text.length() > LONGEST) {
      throw malformed(path, text, pattern);
    }
    String[] parts = text.split("/", -1);
    if (parts.length != wanted.length) {
      throw malformed(path, text, pattern);
    }
    for (int i = 0; i < wanted.length; i++) {
      if (!wanted[i].startsWith("{")) {
        if (!wanted[i].equals(parts[i])) {
          throw malformed(path, text, pattern);
        }
        continue;
      }
      boolean fits =
          switch (wanted[i]) {
            case "{run}", "{operation}" -> RUN.matcher(parts[i]).matches();
            case "{index}" -> INDEX.matcher(parts[i]).matches();
            default -> NAME.matcher(parts[i]).matches();
          };
      if (!fits) {
        throw ApiErrors.invalidField(
            path,
            "%s is no %s in %s: it %s"
                .formatted(
                    quote(parts[i]),
                    wanted[i].substring(1, wanted[i].length() - 1),
                    pattern,
                    wanted[i].equals("{index}")
                        ? "is a number from 0"
                        : wanted[i].equals("{run}") || wanted[i].equals("{operation}")
                            ? "is an id of 26 characters, or the beginning or end of one"
                            : "has " + NAME_RULE));
      }
    }
    return parts;
  }

  private static RuntimeException malformed(String path, String text, String pattern) {
    return ApiErrors.invalidField(
        path,
        text.isEmpty()
            ? "is missing: give " + pattern
            : "is %s; must be %s".formatted(quote(text), pattern));
  }
}
