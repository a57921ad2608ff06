package dev.pawl.api.definition;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.pawl.api.call.CommandNote;
import dev.pawl.api.call.Commands;
import dev.pawl.definition.DefinitionCheck;
import dev.pawl.definition.Violation;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionHead;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.DefinitionRejection;
import dev.pawl.engine.definition.DefinitionStatus;
import dev.pawl.engine.definition.Definitions;
import dev.pawl.engine.definition.PlanReader;
import dev.pawl.engine.journal.Cause;
import dev.pawl.v1.Definition;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Takes definitions in: checked, completed, stored by hash, then made the newest version. */
final class Submissions {
  private static final int MOST_BYTES = 3 * 1024 * 1024;

  private final Definitions definitions;
  private final ContentStore contents;
  private final PlanReader reader;
  private final InstantSource clock;

  Submissions(
      Definitions definitions, ContentStore contents, PlanReader reader, InstantSource clock) {
    this.definitions = definitions;
    this.contents = contents;
    this.reader = reader;
    this.clock = clock;
  }

  /** The definition that is stored for a workflow; refuses one with mistakes. */
  static Definition checked(WorkflowSpec workflow) {
    refuseLarge(DefinitionKind.WORKFLOW, workflow);
    refuseMistakes(DefinitionKind.WORKFLOW, DefinitionCheck.check(workflow));
    return Definition.newBuilder()
        .setApiVersion(DefinitionCheck.API_VERSION)
        .setWorkflow(ProfileDefaults.complete(workflow))
        .build();
  }

  /** The definition that is stored for a task that stands alone; refuses one with mistakes. */
  static Definition checked(TaskSpec task) {
    refuseLarge(DefinitionKind.TASK, task);
    refuseMistakes(DefinitionKind.TASK, DefinitionCheck.check(task));
    return Definition.newBuilder()
        .setApiVersion(DefinitionCheck.API_VERSION)
        .setTask(ProfileDefaults.complete(task))
        .build();
  }

  private static void refuseLarge(DefinitionKind kind, Message spec) {
    if (spec.getSerializedSize() > MOST_BYTES) {
      refuseMistakes(
          kind,
          List.of(
              new Violation(
                  "",
                  "has %,d bytes; at most %,d: move scripts into files of the worker, or split it"
                      .formatted(spec.getSerializedSize(), MOST_BYTES),
                  Optional.empty())));
    }
  }

  private static void refuseMistakes(DefinitionKind kind, List<Violation> violations) {
    if (!violations.isEmpty()) {
      throw DefinitionErrors.invalid(kind, violations);
    }
  }

  /**
   * Stores the content, then makes it the newest version.
   *
   * @param dryRun answers as if, and stores nothing
   */
  CompletionStage<DefinitionHead> submit(
      DefinitionId id,
      Definition definition,
      Cause.Command cause,
      OptionalLong expected,
      boolean dryRun) {
    return dryRun
        ? preview(id, definition, cause, expected)
        : store(id, definition, cause, expected);
  }

  private CompletionStage<DefinitionHead> store(
      DefinitionId id, Definition definition, Cause.Command cause, OptionalLong expected) {
    ByteString content = content(definition);
    CommandNote note = CommandNote.current();
    return contents
        .put(content)
        .thenCompose(hash -> definitions.submit(id, hash, cause, expected))
        .thenApply(answer -> DefinitionErrors.accepted(id, answer))
        .thenApply(
            head -> {
              if (!head.changed()) {
                note.unchanged(head.status().name());
              }
              return head;
            });
  }

  private CompletionStage<DefinitionHead> preview(
      DefinitionId id, Definition definition, Cause.Command cause, OptionalLong expected) {
    String hash =
        HexFormat.of().formatHex(Commands.sha256().digest(content(definition).toByteArray()));
    return definitions
        .describe(id, OptionalLong.empty())
        .thenApply(answer -> previewOf(id, hash, cause, expected, answer));
  }

  private DefinitionHead previewOf(
      DefinitionId id,
      String hash,
      Cause.Command cause,
      OptionalLong expected,
      Answer<DefinitionHead, DefinitionRejection> answer) {
    Optional<DefinitionHead> present =
        switch (answer) {
          case Answer.Accepted<DefinitionHead, DefinitionRejection>(var head) -> Optional.of(head);
          case Answer.Refused<DefinitionHead, DefinitionRejection>(
                  DefinitionRejection.NotFound _) ->
              Optional.empty();
          case Answer.Refused<DefinitionHead, DefinitionRejection>(var rejection) ->
              throw DefinitionErrors.toError(id, rejection);
        };
    long sequence = present.map(DefinitionHead::sequence).orElse(0L);
    if (expected.isPresent() && expected.getAsLong() != sequence) {
      throw DefinitionErrors.toError(
          id, new DefinitionRejection.VersionMismatch(expected.getAsLong(), sequence));
    }
    if (present.isPresent() && present.get().hash().equals(hash)) {
      DefinitionHead head = present.get();
      return new DefinitionHead(
          id,
          head.status(),
          head.version(),
          hash,
          head.creator(),
          head.createdAt(),
          head.submittedAt(),
          false,
          sequence);
    }
    return new DefinitionHead(
        id,
        DefinitionStatus.ACTIVE,
        present.map(DefinitionHead::version).orElse(0L) + 1,
        hash,
        present.map(DefinitionHead::creator).orElse(cause.principal()),
        present.map(DefinitionHead::createdAt).orElseGet(clock::instant),
        clock.instant(),
        true,
        sequence + 1);
  }

  /** The bytes that are stored. They are read once here, before anything refers to them. */
  private ByteString content(Definition definition) {
    ByteString content = ByteString.copyFrom(Commands.deterministic(definition));
    reader.read(content);
    return content;
  }
}
