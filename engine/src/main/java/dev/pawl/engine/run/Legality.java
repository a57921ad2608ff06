package dev.pawl.engine.run;

import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.run.RunHead.VerbOption;

/** Whether a run, or a step of it, would carry a command out. */
sealed interface Legality {
  Legality ACCEPT = new Accept();
  Legality NOOP = new Noop();

  record Accept() implements Legality {}

  /** It is so already. */
  record Noop() implements Legality {}

  record Refuse(String why) implements Legality {}

  /** The same for who asks what would be accepted. */
  default VerbOption option(RunVerb verb) {
    return switch (this) {
      case Accept _, Noop _ -> new VerbOption(verb, true, "");
      case Refuse(var why) -> new VerbOption(verb, false, why);
    };
  }
}
