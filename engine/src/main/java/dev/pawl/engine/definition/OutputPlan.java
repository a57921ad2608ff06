package dev.pawl.engine.definition;

/** A declared output. */
public record OutputPlan(String name, ValueType type) {}
