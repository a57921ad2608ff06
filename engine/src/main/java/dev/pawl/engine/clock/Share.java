package dev.pawl.engine.clock;

import java.util.stream.IntStream;

/** Which part of the common work of waking is a node's own. */
@FunctionalInterface
public interface Share {

  /** Of a node that has nobody to share with. */
  Share ALL = slices -> IntStream.range(0, slices).toArray();

  /** Which of so many slices, numbered from 0, are this node's now. */
  int[] of(int slices);
}
