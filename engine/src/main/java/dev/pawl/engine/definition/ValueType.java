package dev.pawl.engine.definition;

import com.google.protobuf.Value;

/** The type of a parameter or output. */
public enum ValueType {
  STRING,
  INTEGER,
  NUMBER,
  BOOLEAN,
  LIST,
  OBJECT,
  /** Of no declared type: JSON null. */
  NULL;

  /** The narrowest type of a value: a whole number of at most 2^53 is an INTEGER. */
  public static ValueType of(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> STRING;
      case NUMBER_VALUE -> isWhole(value.getNumberValue()) ? INTEGER : NUMBER;
      case BOOL_VALUE -> BOOLEAN;
      case LIST_VALUE -> LIST;
      case STRUCT_VALUE -> OBJECT;
      case NULL_VALUE, KIND_NOT_SET -> NULL;
    };
  }

  /** Whether a value of the type {@code actual} may stand where this type is declared. */
  public boolean accepts(ValueType actual) {
    return this == actual || (this == NUMBER && actual == INTEGER);
  }

  private static boolean isWhole(double number) {
    return number == Math.rint(number) && Math.abs(number) <= 0x1p53;
  }
}
