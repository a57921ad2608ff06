package dev.pawl.cli.run;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.definition.DurationText;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A pause of a run, which may end by itself. */
abstract class RunPausing extends RunCommanded {
  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Continue by itself then: 30m from now, or 2026-11-30T06:00:00Z.")
  private @Nullable String until;

  RunPausing(Invocation invocation, Verb<?, ?> verb) {
    super(invocation, verb);
  }

  @Override
  protected final void complete(Invocation given, Message.Builder request) {
    String text = until;
    if (text != null) {
      request.setField(
          request.getDescriptorForType().findFieldByName("until"),
          time(text, given.streams().clock()));
    }
  }

  private static Timestamp time(String text, InstantSource clock) {
    Optional<Timestamp> later =
        DurationText.parse(text)
            .filter(duration -> duration.getSeconds() >= 0 && duration.getNanos() >= 0)
            .map(
                duration ->
                    Timestamps.add(
                        Timestamps.fromMillis(clock.instant().toEpochMilli()), duration));
    return later.orElseGet(
        () -> {
          try {
            return Timestamps.parse(text);
          } catch (ParseException e) {
            throw CommandFailed.of(
                ExitCode.USAGE,
                "--until '%s' is neither a duration such as 30m nor a time such as 2026-11-30T06:00:00Z."
                    .formatted(text));
          }
        });
  }
}
