package dev.pawl.engine.definition;

import com.google.protobuf.Value;
import java.util.Optional;

/** A declared parameter; required when it has no default. */
public record ParameterPlan(String name, ValueType type, Optional<Value> defaultValue) {}
