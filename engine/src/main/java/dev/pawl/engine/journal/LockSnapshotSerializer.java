package dev.pawl.engine.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.engine.journal.v1.LockSnapshot;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockState;
import dev.pawl.engine.lock.LockState.Hold;
import dev.pawl.engine.lock.LockState.Loss;
import dev.pawl.engine.lock.LockState.Taking;
import dev.pawl.engine.run.RunId;
import java.io.NotSerializableException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * The snapshots of locks. One that cannot be read costs the time to read all facts, and nothing
 * else.
 */
public final class LockSnapshotSerializer extends SerializerWithStringManifest {
  /** Stored beside every snapshot; never changes. */
  public static final int ID = 7_171_006;

  private static final String MANIFEST = "lock-state.1";

  @Override
  public int identifier() {
    return ID;
  }

  @Override
  public String manifest(Object state) {
    return MANIFEST;
  }

  @Override
  public byte[] toBinary(Object state) {
    return FactParts.bytes(write((LockState) state));
  }

  @Override
  public LockState fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    if (!manifest.equals(MANIFEST)) {
      throw new NotSerializableException(
          "a snapshot of locks is stored under manifest '%s', this build knows '%s'; it is passed over"
              .formatted(manifest, MANIFEST));
    }
    try {
      return read(LockSnapshot.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      NotSerializableException damaged =
          new NotSerializableException("the bytes of a snapshot of locks are damaged");
      damaged.initCause(e);
      throw damaged;
    }
  }

  private static LockSnapshot write(LockState state) {
    var stored =
        LockSnapshot.newBuilder()
            .setForgotten(state.past().forgotten())
            .setSequence(state.sequence())
            .setLastAtMicros(FactParts.micros(state.lastAt()));
    state
        .holds()
        .forEach(
            (lock, hold) ->
                stored.addHolds(
                    LockSnapshot.Hold.newBuilder()
                        .setLock(LockFactSerializer.write(lock))
                        .setRun(hold.run().value())
                        .setVersion(hold.version())
                        .setInitiator(hold.initiator())
                        .setSinceMicros(FactParts.micros(hold.since()))
                        .setTaken(hold.taken())));
    state
        .past()
        .byLock()
        .forEach(
            (lock, taking) ->
                stored.addTakings(
                    LockSnapshot.Taking.newBuilder()
                        .setLock(LockFactSerializer.write(lock))
                        .setRun(taking.run().value())
                        .setNumber(taking.number())));
    for (Loss loss : state.losses()) {
      stored.addLosses(
          LockSnapshot.Loss.newBuilder()
              .setRun(loss.run().value())
              .setNumber(loss.number())
              .setVersion(loss.version())
              .setLock(LockFactSerializer.write(loss.lock()))
              .setBy(loss.by())
              .setReason(loss.reason()));
    }
    for (Requests.Remembered request : state.requests().entries()) {
      stored.addRequests(
          LockSnapshot.Request.newBuilder()
              .setRequestId(request.requestId())
              .setBodyHash(FactParts.hash(request.bodyHash()))
              .setPrincipal(request.principal())
              .setSequence(request.sequence())
              .setAtMicros(FactParts.micros(request.at())));
    }
    return stored.build();
  }

  private static LockState read(LockSnapshot stored) {
    Map<LockName, Hold> holds = new LinkedHashMap<>();
    for (LockSnapshot.Hold hold : stored.getHoldsList()) {
      holds.put(
          LockFactSerializer.read(hold.getLock()),
          new Hold(
              new RunId(hold.getRun()),
              hold.getVersion(),
              hold.getInitiator(),
              FactParts.instant(hold.getSinceMicros()),
              hold.getTaken()));
    }
    Map<LockName, Taking> takings = new LinkedHashMap<>();
    for (LockSnapshot.Taking taking : stored.getTakingsList()) {
      takings.put(
          LockFactSerializer.read(taking.getLock()),
          new Taking(new RunId(taking.getRun()), taking.getNumber()));
    }
    return LockState.of(
        holds,
        takings,
        stored.getForgotten(),
        stored.getLossesList().stream()
            .map(
                loss ->
                    new Loss(
                        new RunId(loss.getRun()),
                        loss.getNumber(),
                        loss.getVersion(),
                        LockFactSerializer.read(loss.getLock()),
                        loss.getBy(),
                        loss.getReason()))
            .toList(),
        stored.getSequence(),
        FactParts.instant(stored.getLastAtMicros()),
        new Requests(
            stored.getRequestsList().stream()
                .map(
                    request ->
                        new Requests.Remembered(
                            request.getRequestId(),
                            FactParts.hex(request.getBodyHash()),
                            request.getPrincipal(),
                            request.getSequence(),
                            FactParts.instant(request.getAtMicros())))
                .toList()));
  }
}
