package dev.pawl.api.definition;

import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.definition.DefinitionHead;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.view.DefinitionRow;
import dev.pawl.v1.Profile;
import dev.pawl.v1.Revision;
import dev.pawl.v1.Task;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowSpec;
import java.util.List;
import java.util.Map;

/** Definitions as the contract shows them. */
final class DefinitionMapper {
  private DefinitionMapper() {}

  static Workflow toWorkflow(DefinitionHead head, WorkflowSpec spec) {
    DefinitionRow row =
        row(
            head,
            spec.getDisplayName(),
            spec.getProfile(),
            spec.getFolder(),
            spec.getOwnersList(),
            spec.getLabelsMap(),
            spec.getTasksCount());
    return toWorkflow(row).toBuilder().setDefinition(spec).build();
  }

  static Workflow toWorkflow(DefinitionRow row) {
    return Workflow.newBuilder()
        .setName(row.id().resourceName())
        .setState(Profiles.toProto(row.status()))
        .setVersion(row.version())
        .setDefinitionHash(row.hash())
        .setDisplayName(row.displayName())
        .setProfile(Profiles.toProto(row.profile()))
        .setFolder(row.folder())
        .addAllOwners(owners(row.owners(), row.creator()))
        .putAllLabels(row.labels())
        .setTaskCount(row.taskCount())
        .setCreator(row.creator())
        .setCreateTime(Timestamps.of(row.createdAt()))
        .setSubmitTime(Timestamps.of(row.submittedAt()))
        .setRevision(revision(row.id(), row.sequence()))
        .build();
  }

  static Task toTask(DefinitionHead head, TaskSpec spec) {
    DefinitionRow row =
        row(
            head,
            spec.getDisplayName(),
            spec.getProfile(),
            spec.getFolder(),
            spec.getOwnersList(),
            spec.getLabelsMap(),
            1);
    return toTask(row).toBuilder().setDefinition(spec).build();
  }

  static Task toTask(DefinitionRow row) {
    return Task.newBuilder()
        .setName(row.id().resourceName())
        .setState(Profiles.toProto(row.status()))
        .setVersion(row.version())
        .setDefinitionHash(row.hash())
        .setDisplayName(row.displayName())
        .setProfile(Profiles.toProto(row.profile()))
        .setFolder(row.folder())
        .addAllOwners(owners(row.owners(), row.creator()))
        .putAllLabels(row.labels())
        .setCreator(row.creator())
        .setCreateTime(Timestamps.of(row.createdAt()))
        .setSubmitTime(Timestamps.of(row.submittedAt()))
        .setRevision(revision(row.id(), row.sequence()))
        .build();
  }

  /** What lists show of a definition, from itself. */
  private static DefinitionRow row(
      DefinitionHead head,
      String displayName,
      Profile profile,
      String folder,
      List<String> owners,
      Map<String, String> labels,
      int taskCount) {
    return new DefinitionRow(
        head.id(),
        head.status(),
        head.version(),
        head.hash(),
        displayName,
        Profiles.toEngine(profile),
        folder,
        owners,
        labels,
        taskCount,
        head.creator(),
        head.createdAt(),
        head.submittedAt(),
        head.sequence());
  }

  /** Who owns a definition that names nobody is not stored, so that the content stays the same. */
  private static List<String> owners(List<String> named, String creator) {
    return named.isEmpty() ? List.of(creator) : named;
  }

  static Revision revision(DefinitionId id, long sequence) {
    return Revision.newBuilder()
        .setEntity(kind(id.kind()) + "|" + id.entityId())
        .setSequence(sequence)
        .build();
  }

  private static String kind(DefinitionKind kind) {
    return switch (kind) {
      case WORKFLOW -> "workflow";
      case TASK -> "task";
    };
  }
}
