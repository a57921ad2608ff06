package dev.pawl.api.filter;

import static dev.pawl.api.filter.FilterErrors.found;
import static dev.pawl.api.filter.FilterErrors.refuse;

import dev.pawl.api.filter.Filter.And;
import dev.pawl.api.filter.Filter.Comparison;
import dev.pawl.api.filter.Filter.Not;
import dev.pawl.api.filter.Filter.Or;
import dev.pawl.api.filter.Filter.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads filters: comparisons joined by AND, OR, NOT and parentheses.
 *
 * <p>In AIP-160 OR binds more tightly than AND, in most languages it is the other way round: beside
 * each other they are refused without parentheses.
 */
public final class FilterParser {
  private static final int LONGEST = 4_096;
  private static final int MOST = 64;
  private static final int DEEPEST = 32;
  private static final String BLANKS = " \t\r\n";

  private final String text;
  private int at;
  private int comparisons;

  private FilterParser(String text) {
    this.text = text;
  }

  /** What a text says; refuses it with INVALID_FILTER and the column. */
  public static Filter parse(String text) {
    if (text.length() > LONGEST) {
      throw refuse(
          LONGEST + 1, "has %,d characters; at most %,d".formatted(text.length(), LONGEST));
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i)) && BLANKS.indexOf(text.charAt(i)) < 0) {
        throw refuse(i + 1, "holds a control character; use plain text");
      }
    }
    FilterParser parser = new FilterParser(text);
    parser.skipBlanks();
    if (parser.atEnd()) {
      return new And(List.of());
    }
    Filter filter = parser.expression(0);
    if (!parser.atEnd()) {
      throw refuse(parser.at + 1, "expected AND, OR or the end, found " + found(parser.token()));
    }
    return filter;
  }

  private Filter expression(int depth) {
    if (depth > DEEPEST) {
      throw refuse(at + 1, "has parentheses or NOTs more than %d deep".formatted(DEEPEST));
    }
    List<Filter> parts = new ArrayList<>();
    parts.add(term(depth));
    String joint = "";
    while (!atEnd() && text.charAt(at) != ')') {
      int column = at + 1;
      String next = word();
      if (!next.equalsIgnoreCase("AND") && !next.equalsIgnoreCase("OR")) {
        at = column - 1;
        throw refuse(column, "expected AND or OR, found " + found(token()));
      }
      if (!joint.isEmpty() && !joint.equalsIgnoreCase(next)) {
        throw refuse(
            column,
            "%s beside %s: say with parentheses which belongs together"
                .formatted(next.toUpperCase(Locale.ROOT), joint.toUpperCase(Locale.ROOT)));
      }
      joint = next;
      parts.add(term(depth));
    }
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return joint.equalsIgnoreCase("AND") ? new And(parts) : new Or(parts);
  }

  private Filter term(int depth) {
    skipBlanks();
    int begin = at;
    if (!atEnd() && text.charAt(at) == '(') {
      at++;
      Filter inner = expression(depth + 1);
      close(begin);
      return inner;
    }
    String word = word();
    if (word.equalsIgnoreCase("NOT")) {
      if (depth == DEEPEST) {
        throw refuse(begin + 1, "has parentheses or NOTs more than %d deep".formatted(DEEPEST));
      }
      return new Not(term(depth + 1));
    }
    if (word.isEmpty() || word.equalsIgnoreCase("AND") || word.equalsIgnoreCase("OR")) {
      at = begin;
      throw refuse(begin + 1, "expected a comparison, found " + found(token()));
    }
    return comparison(new Word(word, begin + 1));
  }

  private void close(int opened) {
    skipBlanks();
    if (atEnd()) {
      throw refuse(
          at + 1, "expected ) for the ( at column %d, found nothing".formatted(opened + 1));
    }
    if (text.charAt(at) != ')') {
      throw refuse(at + 1, "expected ), found " + found(token()));
    }
    at++;
    skipBlanks();
  }

  private Filter comparison(Word field) {
    skipBlanks();
    int column = at + 1;
    boolean not = text.startsWith("!=", at);
    Operator operator = operator();
    skipBlanks();
    Filter compared =
        !atEnd() && text.charAt(at) == '('
            ? several(field, operator, column)
            : one(field, operator, column);
    skipBlanks();
    return not ? new Not(compared) : compared;
  }

  private Filter several(Word field, Operator operator, int column) {
    int begin = at;
    if (operator != Operator.EQUAL && operator != Operator.HAS) {
      throw refuse(begin + 1, "expected one value behind " + operator.sign() + ", found \"(\"");
    }
    at++;
    List<Filter> each = new ArrayList<>();
    each.add(one(field, operator, column));
    skipBlanks();
    while (!atEnd() && text.charAt(at) != ')') {
      int or = at + 1;
      if (!word().equalsIgnoreCase("OR")) {
        at = or - 1;
        throw refuse(or, "expected OR or ), found " + found(token()));
      }
      each.add(one(field, operator, column));
      skipBlanks();
    }
    close(begin);
    return new Or(each);
  }

  private Filter one(Word field, Operator operator, int column) {
    skipBlanks();
    if (comparisons == MOST) {
      throw refuse(field.column(), "has more than %d comparisons".formatted(MOST));
    }
    comparisons++;
    return new Comparison(field, operator, column, value());
  }

  private Operator operator() {
    if (text.startsWith("!=", at)) {
      at += 2;
      return Operator.EQUAL;
    }
    for (Operator operator :
        List.of(
            Operator.LESS_OR_EQUAL,
            Operator.GREATER_OR_EQUAL,
            Operator.LESS,
            Operator.GREATER,
            Operator.EQUAL,
            Operator.HAS)) {
      if (text.startsWith(operator.sign(), at)) {
        at += operator.sign().length();
        return operator;
      }
    }
    throw refuse(at + 1, "expected =, !=, <, <=, >, >= or :, found " + found(token()));
  }

  /** A value, quoted or bare. */
  private Word value() {
    int column = at + 1;
    if (!atEnd() && text.charAt(at) == '"') {
      return new Word(quoted(), column);
    }
    String value = until(BLANKS + "()\"=!<>");
    if (value.isEmpty()) {
      throw refuse(column, "expected a value, found " + found(token()));
    }
    return new Word(value, column);
  }

  private String quoted() {
    int begin = at + 1;
    StringBuilder value = new StringBuilder();
    at++;
    while (!atEnd() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at));
      at++;
    }
    if (atEnd()) {
      throw refuse(begin, "the string has no closing quote");
    }
    at++;
    return value.toString();
  }

  /** A field or a word that joins; what follows it is skipped when it is blank. */
  private String word() {
    String word = until(BLANKS + "()\"=!<>:");
    skipBlanks();
    return word;
  }

  private String until(String ends) {
    int begin = at;
    while (!atEnd() && ends.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(begin, at);
  }

  /** What stands here, for a message: a word, or one sign. */
  private String token() {
    int begin = at;
    String word = until(BLANKS + "()\"=!<>:");
    at = begin;
    return word.isEmpty() && !atEnd() ? text.substring(at, at + 1) : word;
  }

  private boolean atEnd() {
    return at >= text.length();
  }

  private void skipBlanks() {
    while (!atEnd() && BLANKS.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
