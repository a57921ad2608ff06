package dev.pawl.engine.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Turns the facts of one kind of entity into stored bytes and back, under one manifest.
 *
 * @param <F> the facts
 */
abstract sealed class FactSerializer<F extends Fact> extends SerializerWithStringManifest
    permits DefinitionFactSerializer,
        RunFactSerializer,
        ExecutionFactSerializer,
        OperationFactSerializer,
        LockFactSerializer {
  private final int identifier;
  private final String manifest;
  private final Class<F> type;

  FactSerializer(int identifier, String manifest, Class<F> type) {
    this.identifier = identifier;
    this.manifest = manifest;
    this.type = type;
  }

  abstract byte[] write(F fact);

  abstract F parse(byte[] bytes) throws InvalidProtocolBufferException;

  /** Reads what {@link #write} wrote, in this build or an older one. */
  public final F read(byte[] bytes, String storedManifest) throws NotSerializableException {
    if (!storedManifest.equals(manifest)) {
      throw new NotSerializableException(
          "the journal holds a %s under manifest '%s', this build knows '%s'; start the build that wrote it, or a newer one"
              .formatted(type.getSimpleName(), storedManifest, manifest));
    }
    try {
      return parse(bytes);
    } catch (InvalidProtocolBufferException e) {
      NotSerializableException damaged =
          new NotSerializableException(
              "the journal holds a %s whose bytes are damaged".formatted(type.getSimpleName()));
      damaged.initCause(e);
      throw damaged;
    }
  }

  @Override
  public final int identifier() {
    return identifier;
  }

  @Override
  public final String manifest(Object fact) {
    return manifest;
  }

  @Override
  public final byte[] toBinary(Object fact) {
    return write(type.cast(fact));
  }

  @Override
  public final Object fromBinary(byte[] bytes, String storedManifest)
      throws NotSerializableException {
    return read(bytes, storedManifest);
  }
}
