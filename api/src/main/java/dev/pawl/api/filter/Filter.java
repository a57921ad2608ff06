package dev.pawl.api.filter;

import java.util.List;

/** A filter as it was written, before anybody asked what its fields mean. */
public sealed interface Filter {

  /** Of none: shows everything. */
  record And(List<Filter> parts) implements Filter {
    public And {
      parts = List.copyOf(parts);
    }
  }

  record Or(List<Filter> parts) implements Filter {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  record Not(Filter part) implements Filter {}

  /** A field, an operator and a value, each with its column, from 1. */
  record Comparison(Word field, Operator operator, int operatorColumn, Word value)
      implements Filter {}

  /** A text and where it begins. */
  record Word(String text, int column) {}
}
