package dev.pawl.engine.content;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.List;

/**
 * What attempts publish beside their outputs: shown with the step and the run, and handed to
 * nobody.
 *
 * <p>Several are merged in their order: lists are joined, objects are merged field by field, of
 * anything else the last one stands.
 *
 * @param truncated whether something was left out, since it was too much
 */
public record AdditionalData(Struct values, boolean truncated) {
  /** The most that one attempt may publish, in bytes. */
  public static final int OF_ATTEMPT = 4 * 1024;

  /** The most that is kept of the attempts of one round of an execution, in bytes. */
  public static final int OF_EXECUTION = 16 * 1024;

  /** The most that a step or a run shows, in bytes. */
  public static final int SHOWN = 256 * 1024;

  /** Nothing was published. */
  public static final AdditionalData NONE = new AdditionalData(Struct.getDefaultInstance(), false);

  /** These values, all of them. */
  public static AdditionalData of(Struct values) {
    return values.getFieldsCount() == 0 ? NONE : new AdditionalData(values, false);
  }

  /**
   * What is published together, oldest first: the first one that goes beyond so many bytes is left
   * out, and all that follow it.
   */
  public static AdditionalData merged(List<AdditionalData> oldestFirst, int most) {
    Struct.Builder merged = Struct.newBuilder();
    // A merge takes at most what its parts take together; how much less is looked up only when
    // that matters.
    int atMost = 0;
    boolean truncated = false;
    for (AdditionalData next : oldestFirst) {
      truncated |= next.truncated();
      if (atMost + next.size() > most) {
        Struct before = merged.build();
        Struct.Builder tried = before.toBuilder();
        merge(tried, next.values());
        Struct after = tried.build();
        if (after.getSerializedSize() > most) {
          return new AdditionalData(before, true);
        }
        merged = after.toBuilder();
        atMost = after.getSerializedSize();
      } else {
        merge(merged, next.values());
        atMost += next.size();
      }
    }
    return new AdditionalData(merged.build(), truncated);
  }

  /**
   * This and what was published after it, unless both are more than so many bytes, or this lacks
   * something already.
   */
  public AdditionalData and(AdditionalData later, int most) {
    return later.empty() || truncated ? this : merged(List.of(this, later), most);
  }

  /** Whether there is nothing to show. */
  public boolean empty() {
    return values.getFieldsCount() == 0 && !truncated;
  }

  /** What it takes, in bytes. */
  public int size() {
    return values.getSerializedSize();
  }

  private static void merge(Struct.Builder into, Struct later) {
    later
        .getFieldsMap()
        .forEach((name, value) -> merge(into.putFieldsBuilderIfAbsent(name), value));
  }

  private static void merge(Value.Builder into, Value later) {
    if (into.hasStructValue() && later.hasStructValue()) {
      merge(into.getStructValueBuilder(), later.getStructValue());
    } else if (into.hasListValue() && later.hasListValue()) {
      into.getListValueBuilder().addAllValues(later.getListValue().getValuesList());
    } else {
      into.clear().mergeFrom(later);
    }
  }
}
