package dev.pawl.api.log;

import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.run.RunWords;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogSection;
import dev.pawl.v1.MissingLines;

/** Sections as the contract shows them. */
final class LogMapper {
  private LogMapper() {}

  static dev.pawl.v1.LogSection toProto(String project, LogSection section) {
    return dev.pawl.v1.LogSection.newBuilder()
        .setExecution(ResourceNames.ofExecution(project, section.key().execution()))
        .setFence(section.key().fence())
        .setRound(section.round())
        .setAttempt(section.attempt())
        .setOperation(RunWords.toProto(section.operation()))
        .setWorker(section.worker())
        .setStartTime(Timestamps.of(section.startedAt()))
        .setLines(section.lines())
        .setBytes(section.bytes())
        .setEnded(section.ended())
        .setTruncated(section.truncated())
        .build();
  }

  /** The section of a step, with how its attempt stands. */
  static dev.pawl.v1.LogSection toProto(String project, Section section) {
    dev.pawl.v1.LogSection stored = toProto(project, section.stored());
    return section
        .attempt()
        .map(
            attempt -> {
              dev.pawl.v1.LogSection.Builder known =
                  stored.toBuilder()
                      .setState(RunWords.toProto(attempt.status()))
                      .setReason(attempt.reason())
                      .setMessage(attempt.message());
              attempt.endedAt().ifPresent(ended -> known.setEndTime(Timestamps.of(ended)));
              return known.build();
            })
        .orElse(stored);
  }

  /** Lines from one on, up to another that is not meant. */
  static MissingLines missing(long from, long before) {
    return MissingLines.newBuilder().setFirstSequence(from).setLastSequence(before - 1).build();
  }

  /** The section of a chunk, as far as the chunk tells. */
  static dev.pawl.v1.LogSection toProto(String project, LogChunk chunk) {
    return dev.pawl.v1.LogSection.newBuilder()
        .setExecution(ResourceNames.ofExecution(project, chunk.key().execution()))
        .setFence(chunk.key().fence())
        .setRound(chunk.round())
        .setAttempt(chunk.attempt())
        .setOperation(RunWords.toProto(chunk.operation()))
        .setWorker(chunk.worker())
        .setStartTime(Timestamps.of(chunk.startedAt()))
        .setLines(chunk.nextSequence() - 1)
        .setEnded(chunk.last())
        .setTruncated(chunk.truncated())
        .build();
  }
}
