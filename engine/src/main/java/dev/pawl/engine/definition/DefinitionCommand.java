package dev.pawl.engine.definition;

import java.util.OptionalLong;

/** What a definition can be told. */
public sealed interface DefinitionCommand {

  /**
   * Make this content the newest version.
   *
   * @param expectedSequence refuse unless the definition is there; 0: must not exist
   */
  record Submit(String hash, OptionalLong expectedSequence) implements DefinitionCommand {}
}
