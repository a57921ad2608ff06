package dev.pawl.engine.execution;

import dev.pawl.engine.log.LinePacker;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.SubRuns;
import java.time.InstantSource;

/**
 * What a step leans on that starts a run.
 *
 * @param packer of what the step's log says
 */
public record SubRunWorld(SubRuns runs, Logs logs, LinePacker packer, InstantSource clock) {}
