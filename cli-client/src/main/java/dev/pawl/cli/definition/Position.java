package dev.pawl.cli.definition;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Where something is in a file: line and column from 1, in code points, and how many are meant. */
record Position(int line, int column, int length) {
  static final Position START = new Position(1, 1, 1);

  static Position of(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1, 1);
  }

  /** Of a scalar all of it, of everything else its first character. */
  static Position of(Node node) {
    if (node.getStartMark().isEmpty()) {
      return START;
    }
    Mark start = node.getStartMark().get();
    Position position = of(start);
    if (!(node instanceof ScalarNode) || node.getEndMark().isEmpty()) {
      return position;
    }
    Mark end = node.getEndMark().get();
    int length = end.getLine() == start.getLine() ? end.getColumn() - start.getColumn() : 1;
    return new Position(position.line(), position.column(), Math.max(1, length));
  }
}
