package dev.pawl.engine.definition;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** The workflows and stand-alone tasks of this cluster. */
public interface Definitions {

  /**
   * Makes stored content the newest version of a definition. The same content again is accepted
   * without a new version.
   *
   * @param hash of content that the content store holds already
   * @param expectedSequence refuse unless the definition is there; 0: must not exist
   */
  CompletionStage<Answer<DefinitionHead, DefinitionRejection>> submit(
      DefinitionId id, String hash, Cause.Command cause, OptionalLong expectedSequence);

  /** A version of a definition, the newest when none is named. */
  CompletionStage<Answer<DefinitionHead, DefinitionRejection>> describe(
      DefinitionId id, OptionalLong version);
}
