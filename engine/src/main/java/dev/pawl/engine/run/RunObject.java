package dev.pawl.engine.run;

/**
 * What a run is about, as it was called when the run began.
 *
 * @param kind cluster, tenant, host or any other name
 * @param id what another system knows it by; may be empty
 */
public record RunObject(String kind, String name, String id) {}
