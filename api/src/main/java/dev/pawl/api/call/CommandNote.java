package dev.pawl.api.call;

import io.grpc.Context;
import java.util.Optional;

/**
 * What a service learns of a command while it carries it out, for the audit. To be asked for before
 * going asynchronous.
 */
public final class CommandNote {
  static final Context.Key<CommandNote> KEY = Context.key("pawl-command-note");

  private volatile Optional<String> entity = Optional.empty();
  private volatile Optional<String> unchanged = Optional.empty();

  CommandNote() {}

  /** The note of the command that this thread serves; one that nobody reads outside of commands. */
  public static CommandNote current() {
    CommandNote note = KEY.get();
    return note == null ? new CommandNote() : note;
  }

  /** It is about this entity, whatever part of its name the caller typed. */
  public void about(String resourceName) {
    entity = Optional.of(resourceName);
  }

  /** It was accepted and changed nothing, since the entity is in this state already. */
  public void unchanged(String state) {
    unchanged = Optional.of(state);
  }

  Optional<String> entity() {
    return entity;
  }

  Optional<String> unchanged() {
    return unchanged;
  }
}
