package dev.pawl.api.filter;

/** How a field is compared with a value; {@code !=} is read as NOT and {@code =}. */
public enum Operator {
  EQUAL("="),
  LESS("<"),
  LESS_OR_EQUAL("<="),
  GREATER(">"),
  GREATER_OR_EQUAL(">="),
  /** Contains. */
  HAS(":");

  private final String sign;

  Operator(String sign) {
    this.sign = sign;
  }

  public String sign() {
    return sign;
  }
}
