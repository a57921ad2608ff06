package dev.pawl.definition;

import com.google.protobuf.Value;
import java.util.List;
import java.util.Optional;

/** The keys of locks that a value stands for: itself, or each element of a list. */
final class LockKeys {
  /** The most locks of one run. */
  static final int MOST = 64;

  /** The most characters of a key. */
  static final int LENGTH = 256;

  private static final double LARGEST_INTEGER = 9_007_199_254_740_992.0;

  private LockKeys() {}

  /** Why the value stands for no keys; empty when it does. */
  static Optional<String> fault(Value value) {
    if (!value.hasListValue()) {
      return faultOfOne(value);
    }
    List<Value> elements = value.getListValue().getValuesList();
    if (elements.isEmpty()) {
      return Optional.of("is an empty list: name what is to be locked");
    }
    if (elements.size() > MOST) {
      return Optional.of(
          "has %s elements; a run holds at most %d locks"
              .formatted(Texts.count(elements.size()), MOST));
    }
    for (int i = 0; i < elements.size(); i++) {
      Optional<String> fault = faultOfOne(elements.get(i));
      if (fault.isPresent()) {
        return Optional.of("element %d %s".formatted(i, fault.get()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> faultOfOne(Value value) {
    boolean whole =
        value.hasNumberValue()
            && value.getNumberValue() == Math.rint(value.getNumberValue())
            && Math.abs(value.getNumberValue()) <= LARGEST_INTEGER;
    if (!value.hasStringValue() && !whole) {
      return Optional.of("is no key: a key is a string, or a whole number of at most 2^53");
    }
    String key = text(value);
    int length = key.codePointCount(0, key.length());
    if (key.isBlank()) {
      return Optional.of("is an empty key; leave `key` out for a global lock");
    }
    if (length > LENGTH) {
      return Optional.of(
          "is a key of %s characters; at most %d".formatted(Texts.count(length), LENGTH));
    }
    return Texts.control(key).map("is a key that holds %s; use plain text of one line"::formatted);
  }

  private static String text(Value value) {
    return value.hasNumberValue()
        ? Long.toString((long) value.getNumberValue())
        : value.getStringValue();
  }
}
