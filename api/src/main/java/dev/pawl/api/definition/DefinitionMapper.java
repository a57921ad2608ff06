package dev.pawl.api.definition;

import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.definition.DefinitionHead;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.view.DefinitionRow;
import dev.pawl.v1.Revision;
import dev.pawl.v1.Task;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowSpec;
import java.util.List;

/** Definitions as the contract shows them. */
final class DefinitionMapper {
  private DefinitionMapper() {}

  static Workflow toWorkflow(DefinitionHead head, WorkflowSpec spec) {
    return Workflow.newBuilder()
        .setName(head.id().resourceName())
        .setState(Profiles.toProto(head.status()))
        .setVersion(head.version())
        .setDefinitionHash(head.hash())
        .setDefinition(spec)
        .setDisplayName(spec.getDisplayName())
        .setProfile(spec.getProfile())
        .setFolder(spec.getFolder())
        .addAllOwners(owners(spec.getOwnersList(), head.creator()))
        .putAllLabels(spec.getLabelsMap())
        .setTaskCount(spec.getTasksCount())
        .setCreator(head.creator())
        .setCreateTime(Timestamps.of(head.createdAt()))
        .setSubmitTime(Timestamps.of(head.submittedAt()))
        .setRevision(revision(head.id(), head.sequence()))
        .build();
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
    return Task.newBuilder()
        .setName(head.id().resourceName())
        .setState(Profiles.toProto(head.status()))
        .setVersion(head.version())
        .setDefinitionHash(head.hash())
        .setDefinition(spec)
        .setDisplayName(spec.getDisplayName())
        .setProfile(spec.getProfile())
        .setFolder(spec.getFolder())
        .addAllOwners(owners(spec.getOwnersList(), head.creator()))
        .putAllLabels(spec.getLabelsMap())
        .setCreator(head.creator())
        .setCreateTime(Timestamps.of(head.createdAt()))
        .setSubmitTime(Timestamps.of(head.submittedAt()))
        .setRevision(revision(head.id(), head.sequence()))
        .build();
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
