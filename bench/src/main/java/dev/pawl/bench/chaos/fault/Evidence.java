package dev.pawl.bench.chaos.fault;

/**
 * Whether a fault had an effect.
 *
 * @param bit it is proven that it had one
 * @param text what proves it, for people
 */
record Evidence(boolean bit, String text) {}
