package dev.pawl.cli.object;

import dev.pawl.cli.CommandFailed;
import dev.pawl.v1.ObjectName;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which object is meant, and why something is said of it. */
final class ObjectReference {
  @Parameters(paramLabel = "KIND=NAME", description = "The object, such as cluster=obdemo.")
  private String object = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  ObjectName object() {
    int equals = object.indexOf('=');
    if (equals <= 0 || equals == object.length() - 1) {
      throw CommandFailed.usage(
          "The object is \"" + object + "\".", "Write KIND=NAME, such as cluster=obdemo.");
    }
    return ObjectName.newBuilder()
        .setKind(object.substring(0, equals))
        .setName(object.substring(equals + 1))
        .build();
  }

  String typed() {
    return object;
  }

  String reason() {
    return reason;
  }
}
