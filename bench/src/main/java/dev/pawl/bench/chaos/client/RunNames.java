package dev.pawl.bench.chaos.client;

import dev.pawl.bench.chaos.program.Program;

/** The resource names of runs. */
public final class RunNames {
  private static final String RUNS = Program.PROJECT + "/runs/";

  private RunNames() {}

  public static String resource(String id) {
    return RUNS + id;
  }

  public static String id(String resource) {
    if (!resource.startsWith(RUNS)) {
      throw new IllegalArgumentException("names no run of ours: " + resource);
    }
    return resource.substring(RUNS.length());
  }
}
