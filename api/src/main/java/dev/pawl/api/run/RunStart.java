package dev.pawl.api.run;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Caller;
import dev.pawl.api.call.CommandNote;
import dev.pawl.api.call.Commands;
import dev.pawl.api.call.Denials;
import dev.pawl.api.definition.DefinitionErrors;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.object.ObjectNames;
import dev.pawl.api.value.Structs;
import dev.pawl.api.value.ValueRules;
import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionHead;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.Definitions;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.Runs;
import dev.pawl.v1.Run;
import dev.pawl.v1.StartRunRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** Starts runs: pins the definition's version, stores what is large, asks the run. */
final class RunStart {
  private static final int MOST_LABELS = 64;
  private static final int LABEL_CHARS = 256;
  private static final int MOST_OBJECTS = 64;

  private final Definitions definitions;
  private final Plans plans;
  private final Runs runs;
  private final Structs structs;
  private final RunMapper mapper;

  RunStart(Definitions definitions, Plans plans, Runs runs, Structs structs, RunMapper mapper) {
    this.definitions = definitions;
    this.plans = plans;
    this.runs = runs;
    this.structs = structs;
    this.mapper = mapper;
  }

  CompletionStage<Run> start(StartRunRequest request, Caller caller) {
    DefinitionId definition = ResourceNames.definition("definition", request.getDefinition());
    Cause.Command cause =
        Commands.cause(request, request.getRequestId(), request.getReason(), caller);
    if (request.hasVersion() && request.getVersion() < 1) {
      throw ApiErrors.invalidField(
          "version", "is %d; versions begin at 1".formatted(request.getVersion()));
    }
    checkLabels(request.getLabelsMap());
    List<RunObject> objects = objects(request.getObjectsList());
    checkParameters(request.getParameters());
    if (!cause.call().rights().allow(Permission.RUN, RunObject.names(objects))) {
      throw Denials.ofStart(caller, definition.project());
    }
    RunId id = RunIds.derive(definition.project(), cause.requestId());
    CommandNote note = CommandNote.current();
    return definitions
        .describe(
            definition,
            request.hasVersion() ? OptionalLong.of(request.getVersion()) : OptionalLong.empty())
        .thenApply(answer -> DefinitionErrors.accepted(definition, answer))
        .thenCompose(
            head ->
                plans
                    .get(head.hash())
                    .thenCompose(
                        plan -> start(id, request, objects, cause, caller, note, head, plan)));
  }

  private CompletionStage<Run> start(
      RunId id,
      StartRunRequest request,
      List<RunObject> objects,
      Cause.Command cause,
      Caller caller,
      CommandNote note,
      DefinitionHead head,
      Plan plan) {
    Set<String> labels = new HashSet<>(request.getLabelsMap().keySet());
    labels.addAll(plan.labels().keySet());
    if (labels.size() > MOST_LABELS) {
      throw ApiErrors.invalidField(
          "labels",
          "would be %d with those of the definition; at most %d"
              .formatted(labels.size(), MOST_LABELS));
    }
    CompletionStage<Map<String, Payload>> parameters =
        request.getDryRun()
            ? structs.storeNothing(request.getParameters())
            : structs.store(request.getParameters());
    return parameters.thenCompose(
        stored -> {
          RunHeader header =
              new RunHeader(
                  head.id(),
                  head.version(),
                  head.hash(),
                  plan.tasks().size(),
                  stored,
                  request.getLabelsMap(),
                  cause.principal(),
                  cause.requestId(),
                  cause.bodyHash(),
                  caller.traceparent(),
                  Instant.EPOCH,
                  Optional.empty(),
                  objects,
                  List.of(),
                  Map.of(),
                  Optional.empty());
          return request.getDryRun()
              ? runs.preview(id, header)
                  .thenCompose(
                      answer -> toPreview(request.getParameters(), accepted(head.id(), id, answer)))
              : runs.start(id, header, cause.reason(), cause.call().rights())
                  .thenCompose(
                      answer -> mapper.toRun(noted(note, cause, accepted(head.id(), id, answer))));
        });
  }

  /** The audit hears of one who starts what somebody else has started by the same request. */
  private static RunHead noted(CommandNote note, Cause.Command cause, RunHead run) {
    if (!run.header().initiator().equals(cause.principal())) {
      note.about(ResourceNames.ofRun(run.header().project(), run.id()));
      note.unchanged(run.status().name());
    }
    return run;
  }

  /** Large parameters of a dry run are not stored: they come out of the request. */
  private CompletionStage<Run> toPreview(Struct given, RunHead head) {
    Map<String, Payload> others = new TreeMap<>(head.header().parameters());
    others.keySet().removeAll(given.getFieldsMap().keySet());
    return structs
        .load(others)
        .thenApply(
            defaults ->
                RunMapper.toRun(
                    head,
                    defaults.toBuilder().putAllFields(given.getFieldsMap()).build(),
                    Struct.getDefaultInstance()));
  }

  private static RunHead accepted(
      DefinitionId definition, RunId id, Answer<RunHead, RunRejection> answer) {
    return RunErrors.accepted(definition.project(), id, answer);
  }

  private static void checkLabels(Map<String, String> labels) {
    if (labels.size() > MOST_LABELS) {
      throw ApiErrors.invalidField(
          "labels", "has %,d; at most %d".formatted(labels.size(), MOST_LABELS));
    }
    labels.forEach(
        (key, value) -> {
          String path = "labels[%s]".formatted(ResourceNames.quote(key));
          ResourceNames.name(path, key);
          if (value.length() > LABEL_CHARS) {
            throw ApiErrors.invalidField(
                path, "has %,d characters; at most %d".formatted(value.length(), LABEL_CHARS));
          }
          if (value.chars().anyMatch(Character::isISOControl)) {
            throw ApiErrors.invalidField(path, "holds a control character; use plain text");
          }
        });
  }

  private static List<RunObject> objects(List<dev.pawl.v1.RunObject> given) {
    if (given.size() > MOST_OBJECTS) {
      throw ApiErrors.invalidField(
          "objects", "has %,d; at most %d".formatted(given.size(), MOST_OBJECTS));
    }
    List<RunObject> objects = new ArrayList<>();
    for (dev.pawl.v1.RunObject object : given) {
      String path = "objects[%d]".formatted(objects.size());
      ObjectName named = ObjectNames.read(path, object.getKind(), object.getName());
      ObjectNames.checkText(path + ".id", object.getId());
      if (object.hasDeleteTime()) {
        throw ApiErrors.invalidField(
            path + ".deleteTime", "is not for a start to say: see MarkObjectDeleted");
      }
      RunObject read = new RunObject(named.kind(), named.name(), object.getId());
      if (objects.contains(read)) {
        throw ApiErrors.invalidField(path, "stands there twice");
      }
      objects.add(read);
    }
    return objects;
  }

  private static void checkParameters(Struct parameters) {
    List<RunRejection.Mistake> mistakes = new ArrayList<>();
    new TreeMap<>(parameters.getFieldsMap())
        .forEach(
            (String name, Value value) ->
                ValueRules.fault(value)
                    .ifPresent(fault -> mistakes.add(new RunRejection.Mistake(name, fault))));
    if (!mistakes.isEmpty()) {
      throw RunErrors.invalidParameters(mistakes);
    }
  }
}
