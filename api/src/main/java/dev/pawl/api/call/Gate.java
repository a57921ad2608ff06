package dev.pawl.api.call;

import java.util.Optional;

/** Whether a node lets calls in now. Asked by every call. */
@FunctionalInterface
public interface Gate {

  /** Why none is let in; empty when calls are. */
  Optional<String> closedBecause();
}
