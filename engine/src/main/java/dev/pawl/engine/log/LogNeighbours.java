package dev.pawl.engine.log;

import dev.pawl.engine.run.RunId;
import java.util.List;

/** The other nodes, as far as logs are concerned. What they are told may be lost. */
public interface LogNeighbours {

  /** A node without neighbours. */
  LogNeighbours NONE =
      new LogNeighbours() {
        @Override
        public boolean any() {
          return false;
        }

        @Override
        public void followed(List<RunId> runs) {}

        @Override
        public void stored(List<RunId> runs) {}
      };

  /** Whether there are any now. */
  boolean any();

  /** The logs of these runs are read live here: let us know when you store some of them. */
  void followed(List<RunId> runs);

  /** Some log of these runs, which you read live, was stored here. */
  void stored(List<RunId> runs);
}
