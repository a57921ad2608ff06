package dev.pawl.engine.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.operation.ItemOutcome;
import dev.pawl.engine.operation.ItemResult;
import dev.pawl.engine.operation.OperationEvent;
import dev.pawl.engine.operation.OperationFact;
import dev.pawl.engine.operation.OperationFile;
import dev.pawl.engine.operation.OperationStatus;
import dev.pawl.engine.operation.OperationWork;
import java.util.Optional;

/** The facts of operations in the journal. */
public final class OperationFactSerializer extends FactSerializer<OperationFact> {
  /** Stored beside every fact; never changes. */
  public static final int ID = 7_171_004;

  public OperationFactSerializer() {
    super(ID, "operation.1", OperationFact.class);
  }

  @Override
  byte[] write(OperationFact fact) {
    var stored =
        dev.pawl.engine.journal.v1.OperationEvent.newBuilder()
            .setCause(FactParts.write(fact.cause()))
            .setAtMicros(FactParts.micros(fact.at()))
            .setBefore(fact.before())
            .setAfter(fact.after());
    switch (fact.event()) {
      case OperationEvent.Created(var project, var work) -> stored.setCreated(write(project, work));
      case OperationEvent.Advanced(var begun, var results) -> {
        var advanced =
            dev.pawl.engine.journal.v1.OperationEvent.Advanced.newBuilder().setBegun(begun);
        results.forEach(result -> advanced.addResults(write(result)));
        stored.setAdvanced(advanced);
      }
      case OperationEvent.ExportBegan(var attempt) ->
          stored.setExportBegan(
              dev.pawl.engine.journal.v1.OperationEvent.ExportBegan.newBuilder()
                  .setAttempt(attempt));
      case OperationEvent.CancelBegan _ ->
          stored.setCancelBegan(
              dev.pawl.engine.journal.v1.OperationEvent.CancelBegan.getDefaultInstance());
      case OperationEvent.Ended(var status, var reason, var message, var file) -> {
        var ended =
            dev.pawl.engine.journal.v1.OperationEvent.Ended.newBuilder()
                .setStatus(status.name())
                .setReason(reason)
                .setMessage(message);
        file.ifPresent(made -> ended.setFile(write(made)));
        stored.setEnded(ended);
      }
    }
    return FactParts.bytes(stored.build());
  }

  private static dev.pawl.engine.journal.v1.OperationEvent.Created write(
      String project, OperationWork work) {
    var created = dev.pawl.engine.journal.v1.OperationEvent.Created.newBuilder();
    created.setProject(project);
    switch (work) {
      case OperationWork.Command(var verb, var filter, var hash, var count) ->
          created.setCommand(
              dev.pawl.engine.journal.v1.OperationEvent.Command.newBuilder()
                  .setVerb(verb.name())
                  .setFilter(filter)
                  .setHash(FactParts.hash(hash))
                  .setCount(count));
      case OperationWork.Export(var filter, var columns) ->
          created.setExport(
              dev.pawl.engine.journal.v1.OperationEvent.Export.newBuilder()
                  .setFilter(filter)
                  .addAllColumns(columns));
    }
    return created.build();
  }

  private static dev.pawl.engine.journal.v1.OperationEvent.ItemResult write(ItemResult result) {
    return dev.pawl.engine.journal.v1.OperationEvent.ItemResult.newBuilder()
        .setIndex(result.index())
        .setOutcome(
            switch (result.outcome()) {
              case ACCEPTED -> dev.pawl.engine.journal.v1.ItemOutcome.ITEM_OUTCOME_ACCEPTED;
              case UNCHANGED -> dev.pawl.engine.journal.v1.ItemOutcome.ITEM_OUTCOME_UNCHANGED;
              case REFUSED -> dev.pawl.engine.journal.v1.ItemOutcome.ITEM_OUTCOME_REFUSED;
              case UNANSWERED -> dev.pawl.engine.journal.v1.ItemOutcome.ITEM_OUTCOME_UNANSWERED;
            })
        .setState(result.state())
        .setReason(result.reason())
        .setMessage(result.message())
        .build();
  }

  private static dev.pawl.engine.journal.v1.OperationEvent.File write(OperationFile file) {
    return dev.pawl.engine.journal.v1.OperationEvent.File.newBuilder()
        .setName(file.name())
        .setContentType(file.contentType())
        .setAttempt(file.attempt())
        .setChunks(file.chunks())
        .setSize(file.size())
        .setRows(file.rows())
        .setHash(FactParts.hash(file.hash()))
        .setExpiresAtMicros(FactParts.micros(file.expiresAt()))
        .build();
  }

  @Override
  OperationFact parse(byte[] bytes) throws InvalidProtocolBufferException {
    var stored = dev.pawl.engine.journal.v1.OperationEvent.parseFrom(bytes);
    OperationEvent event =
        switch (stored.getEventCase()) {
          case CREATED ->
              new OperationEvent.Created(
                  stored.getCreated().getProject(), work(stored.getCreated()));
          case ADVANCED ->
              new OperationEvent.Advanced(
                  stored.getAdvanced().getBegun(),
                  stored.getAdvanced().getResultsList().stream()
                      .map(OperationFactSerializer::result)
                      .toList());
          case EXPORT_BEGAN -> new OperationEvent.ExportBegan(stored.getExportBegan().getAttempt());
          case CANCEL_BEGAN -> new OperationEvent.CancelBegan();
          case ENDED ->
              new OperationEvent.Ended(
                  OperationStatus.valueOf(stored.getEnded().getStatus()),
                  stored.getEnded().getReason(),
                  stored.getEnded().getMessage(),
                  stored.getEnded().hasFile()
                      ? Optional.of(file(stored.getEnded().getFile()))
                      : Optional.empty());
          case EVENT_NOT_SET -> throw FactParts.unknown("operation event", "no known member");
        };
    return new OperationFact(
        event,
        FactParts.read(stored.getCause()),
        FactParts.instant(stored.getAtMicros()),
        stored.getBefore(),
        stored.getAfter());
  }

  private static OperationWork work(dev.pawl.engine.journal.v1.OperationEvent.Created stored) {
    return switch (stored.getWorkCase()) {
      case COMMAND ->
          new OperationWork.Command(
              RunVerb.valueOf(stored.getCommand().getVerb()),
              stored.getCommand().getFilter(),
              FactParts.hex(stored.getCommand().getHash()),
              stored.getCommand().getCount());
      case EXPORT ->
          new OperationWork.Export(
              stored.getExport().getFilter(), stored.getExport().getColumnsList());
      case WORK_NOT_SET -> throw FactParts.unknown("operation", "none that this build knows");
    };
  }

  private static ItemResult result(dev.pawl.engine.journal.v1.OperationEvent.ItemResult stored) {
    return new ItemResult(
        stored.getIndex(),
        switch (stored.getOutcome()) {
          case ITEM_OUTCOME_ACCEPTED -> ItemOutcome.ACCEPTED;
          case ITEM_OUTCOME_UNCHANGED -> ItemOutcome.UNCHANGED;
          case ITEM_OUTCOME_REFUSED -> ItemOutcome.REFUSED;
          case ITEM_OUTCOME_UNANSWERED -> ItemOutcome.UNANSWERED;
          case ITEM_OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
              throw FactParts.unknown("result of an item", stored.getOutcome().name());
        },
        stored.getState(),
        stored.getReason(),
        stored.getMessage());
  }

  private static OperationFile file(dev.pawl.engine.journal.v1.OperationEvent.File stored) {
    return new OperationFile(
        stored.getName(),
        stored.getContentType(),
        stored.getAttempt(),
        stored.getChunks(),
        stored.getSize(),
        stored.getRows(),
        FactParts.hex(stored.getHash()),
        FactParts.instant(stored.getExpiresAtMicros()));
  }
}
