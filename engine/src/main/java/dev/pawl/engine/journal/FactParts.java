package dev.pawl.engine.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.ValueType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** What facts of all entities have in common, as the journal stores it and back. */
final class FactParts {
  private static final HexFormat HEX = HexFormat.of();

  private FactParts() {}

  /** The bytes of a message: the same ones for the same content, whatever order its maps have. */
  static byte[] bytes(MessageLite message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the right size was too small", e);
    }
    out.checkNoSpaceLeft();
    return bytes;
  }

  static dev.pawl.engine.journal.v1.Cause write(Cause cause) {
    var stored = dev.pawl.engine.journal.v1.Cause.newBuilder();
    switch (cause) {
      case Cause.Command command ->
          stored.setCommand(
              dev.pawl.engine.journal.v1.Cause.Command.newBuilder()
                  .setRequestId(command.requestId())
                  .setBodyHash(hash(command.bodyHash()))
                  .setPrincipal(command.principal())
                  .setReason(command.reason())
                  .setRpc(command.call().rpc())
                  .setStep(command.call().step()));
      case Cause.Report(var worker, var fence) ->
          stored.setReport(
              dev.pawl.engine.journal.v1.Cause.Report.newBuilder()
                  .setWorker(worker)
                  .setFence(fence));
      case Cause.Timer(var name) -> stored.setTimer(name);
      case Cause.Parent(var entity) -> stored.setParent(entity);
    }
    return stored.build();
  }

  static Cause read(dev.pawl.engine.journal.v1.Cause stored) {
    return switch (stored.getCauseCase()) {
      case COMMAND ->
          new Cause.Command(
              stored.getCommand().getRequestId(),
              hex(stored.getCommand().getBodyHash()),
              stored.getCommand().getPrincipal(),
              stored.getCommand().getReason(),
              call(stored.getCommand()));
      case REPORT ->
          new Cause.Report(stored.getReport().getWorker(), stored.getReport().getFence());
      case TIMER -> new Cause.Timer(stored.getTimer());
      case PARENT -> new Cause.Parent(stored.getParent());
      case CAUSE_NOT_SET -> throw unknown("cause", "none that this build knows");
    };
  }

  private static Call call(dev.pawl.engine.journal.v1.Cause.Command stored) {
    return stored.getRpc().isEmpty() && stored.getStep().isEmpty()
        ? Call.UNNAMED
        : new Call(stored.getRpc(), stored.getStep(), Rights.CHECKED);
  }

  static ByteString hash(String hex) {
    return ByteString.copyFrom(HEX.parseHex(hex));
  }

  static String hex(ByteString hash) {
    return HEX.formatHex(hash.toByteArray());
  }

  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000L);
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  static Map<String, dev.pawl.engine.journal.v1.Payload> write(Map<String, Payload> payloads) {
    Map<String, dev.pawl.engine.journal.v1.Payload> stored = HashMap.newHashMap(payloads.size());
    payloads.forEach((name, payload) -> stored.put(name, write(payload)));
    return stored;
  }

  static Map<String, Payload> read(Map<String, dev.pawl.engine.journal.v1.Payload> stored) {
    Map<String, Payload> payloads = HashMap.newHashMap(stored.size());
    stored.forEach((name, payload) -> payloads.put(name, read(payload)));
    return payloads;
  }

  static dev.pawl.engine.journal.v1.AdditionalData write(AdditionalData data) {
    return dev.pawl.engine.journal.v1.AdditionalData.newBuilder()
        .setValues(data.values())
        .setTruncated(data.truncated())
        .build();
  }

  static AdditionalData read(dev.pawl.engine.journal.v1.AdditionalData stored) {
    return stored.getTruncated()
        ? new AdditionalData(stored.getValues(), true)
        : AdditionalData.of(stored.getValues());
  }

  private static dev.pawl.engine.journal.v1.Payload write(Payload payload) {
    var stored = dev.pawl.engine.journal.v1.Payload.newBuilder();
    switch (payload) {
      case Payload.Inline(var value) -> stored.setValue(value);
      case Payload.Stored(var hash, var size, var type) ->
          stored.setStored(
              dev.pawl.engine.journal.v1.Payload.Stored.newBuilder()
                  .setHash(hash(hash))
                  .setSize(size)
                  .setType(write(type)));
    }
    return stored.build();
  }

  private static Payload read(dev.pawl.engine.journal.v1.Payload stored) {
    return switch (stored.getPayloadCase()) {
      case VALUE -> new Payload.Inline(stored.getValue());
      case STORED ->
          new Payload.Stored(
              hex(stored.getStored().getHash()),
              stored.getStored().getSize(),
              read(stored.getStored().getType()));
      case PAYLOAD_NOT_SET -> throw unknown("payload", "none that this build knows");
    };
  }

  private static dev.pawl.engine.journal.v1.ValueType write(ValueType type) {
    return switch (type) {
      case STRING -> dev.pawl.engine.journal.v1.ValueType.VALUE_TYPE_STRING;
      case INTEGER -> dev.pawl.engine.journal.v1.ValueType.VALUE_TYPE_INTEGER;
      case NUMBER -> dev.pawl.engine.journal.v1.ValueType.VALUE_TYPE_NUMBER;
      case BOOLEAN -> dev.pawl.engine.journal.v1.ValueType.VALUE_TYPE_BOOLEAN;
      case LIST -> dev.pawl.engine.journal.v1.ValueType.VALUE_TYPE_LIST;
      case OBJECT -> dev.pawl.engine.journal.v1.ValueType.VALUE_TYPE_OBJECT;
      case NULL -> dev.pawl.engine.journal.v1.ValueType.VALUE_TYPE_NULL;
    };
  }

  private static ValueType read(dev.pawl.engine.journal.v1.ValueType stored) {
    return switch (stored) {
      case VALUE_TYPE_STRING -> ValueType.STRING;
      case VALUE_TYPE_INTEGER -> ValueType.INTEGER;
      case VALUE_TYPE_NUMBER -> ValueType.NUMBER;
      case VALUE_TYPE_BOOLEAN -> ValueType.BOOLEAN;
      case VALUE_TYPE_LIST -> ValueType.LIST;
      case VALUE_TYPE_OBJECT -> ValueType.OBJECT;
      case VALUE_TYPE_NULL -> ValueType.NULL;
      case VALUE_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw unknown("value type", stored.name());
    };
  }

  /** A stored fact that this build cannot read: it must not be passed over. */
  static IllegalStateException unknown(String what, String stored) {
    return new IllegalStateException(
        "the journal holds a %s that this build does not know (%s); start the build that wrote it, or a newer one"
            .formatted(what, stored));
  }
}
