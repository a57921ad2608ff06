package dev.pawl.worker.runner;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.definition.ValueDepth;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt publishes beside its outputs: it is shown with the step and the run, declared
 * nowhere and handed to nobody.
 *
 * <p>Any thread may publish; what comes after the end of the attempt is dropped.
 */
public final class Publication {
  /** The most that one attempt may publish. */
  public static final int MAX_BYTES = 4 << 10;

  // Guarded by this.
  private final Struct.Builder values = Struct.newBuilder();
  private Result.@Nullable Undone fault;
  private boolean over;

  /**
   * What was published in the end.
   *
   * @param fault why that cannot be reported; of an attempt that was done it is the failure
   */
  public record Published(Struct values, Optional<Result.Undone> fault) {}

  /** Publishes a value; the last one of a name counts. */
  public synchronized void put(String name, Value value) {
    if (!over) {
      values.putFields(name, value);
    }
  }

  /** Publishes values. */
  public void put(Struct more) {
    more.getFieldsMap().forEach(this::put);
  }

  /** Says that something was to be published which cannot be. */
  public synchronized void refuse(Result.Undone why) {
    fault = why;
  }

  /** The failure of an attempt that publishes too much. */
  public static Result.Undone tooLarge(String what, long bytes) {
    return new Result.Undone(
        DeclaredOutputs.RESULT_TOO_LARGE,
        "%s takes %,d bytes but may take %,d; write it to the log or hand over a reference instead"
            .formatted(what, bytes, MAX_BYTES),
        true);
  }

  /** Takes nothing more, and answers what was published. */
  public synchronized Published end() {
    over = true;
    Struct published = values.build();
    if (fault == null) {
      fault = tooDeep(published).or(() -> tooLarge(published)).orElse(null);
    }
    return fault == null
        ? new Published(published, Optional.empty())
        : new Published(Struct.getDefaultInstance(), Optional.of(fault));
  }

  /** Looked for first: what is deep enough has no size that could be asked for. */
  private static Optional<Result.Undone> tooDeep(Struct published) {
    return published.getFieldsMap().entrySet().stream()
        .filter(field -> ValueDepth.exceeded(field.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst()
        .map("the published \"%s\""::formatted)
        .map(
            what ->
                new Result.Undone(
                    DeclaredOutputs.OUTPUT_INVALID, DeclaredOutputs.tooDeep(what), false));
  }

  private static Optional<Result.Undone> tooLarge(Struct published) {
    int size = published.getSerializedSize();
    return size > MAX_BYTES
        ? Optional.of(tooLarge("what the attempt publishes", size))
        : Optional.empty();
  }
}
