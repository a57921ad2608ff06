package dev.pawl.api.definition;

import dev.pawl.engine.definition.DefinitionStatus;
import dev.pawl.engine.definition.ValueType;
import dev.pawl.v1.DefinitionState;
import dev.pawl.v1.Profile;

/** The closed sets of words that definitions use, between the contract and the engine. */
public final class Profiles {
  private Profiles() {}

  public static Profile toProto(dev.pawl.engine.definition.Profile profile) {
    return switch (profile) {
      case OPS -> Profile.PROFILE_OPS;
      case OFFLINE -> Profile.PROFILE_OFFLINE;
      case DISTRIBUTED -> Profile.PROFILE_DISTRIBUTED;
      case STREAM -> Profile.PROFILE_STREAM;
    };
  }

  static dev.pawl.engine.definition.Profile toEngine(Profile profile) {
    return switch (profile) {
      case PROFILE_OPS -> dev.pawl.engine.definition.Profile.OPS;
      case PROFILE_UNSPECIFIED, PROFILE_OFFLINE -> dev.pawl.engine.definition.Profile.OFFLINE;
      case PROFILE_DISTRIBUTED -> dev.pawl.engine.definition.Profile.DISTRIBUTED;
      case PROFILE_STREAM -> dev.pawl.engine.definition.Profile.STREAM;
      case UNRECOGNIZED ->
          throw new IllegalArgumentException("stored content has an unknown profile");
    };
  }

  static ValueType toEngine(dev.pawl.v1.ValueType type) {
    return switch (type) {
      case VALUE_TYPE_UNSPECIFIED, VALUE_TYPE_STRING -> ValueType.STRING;
      case VALUE_TYPE_INTEGER -> ValueType.INTEGER;
      case VALUE_TYPE_NUMBER -> ValueType.NUMBER;
      case VALUE_TYPE_BOOLEAN -> ValueType.BOOLEAN;
      case VALUE_TYPE_LIST -> ValueType.LIST;
      case VALUE_TYPE_OBJECT -> ValueType.OBJECT;
      case UNRECOGNIZED ->
          throw new IllegalArgumentException("stored content has an unknown value type");
    };
  }

  static DefinitionState toProto(DefinitionStatus status) {
    return switch (status) {
      case ACTIVE -> DefinitionState.DEFINITION_STATE_ACTIVE;
    };
  }
}
