package dev.pawl.worker.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pawl.v1.Output;
import dev.pawl.worker.runner.DeclaredOutputs;
import dev.pawl.worker.runner.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the {@code name=value} lines that a script left in {@code $PAWL_OUTPUT}; the last one of a
 * name counts.
 */
final class OutputFile {
  private OutputFile() {}

  static Result read(Path file, List<Output> declared) throws IOException {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      return DeclaredOutputs.read(Map.of(), declared);
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return invalid("$PAWL_OUTPUT must be a file when the script ends, but is something else");
    }
    // Quotes, names and number formats of the stored form take other room; that is judged later.
    long size = Files.size(file);
    if (size > 2L * DeclaredOutputs.MAX_BYTES) {
      return DeclaredOutputs.tooLarge(size);
    }
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
    } catch (CharacterCodingException e) {
      return invalid("$PAWL_OUTPUT must be UTF-8 text, but holds other bytes");
    }
    Map<String, String> given = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      int equals = line.indexOf('=');
      if (equals > 0) {
        given.put(line.substring(0, equals), line.substring(equals + 1));
      } else if (!line.isBlank()) {
        return invalid(
            "line %d of $PAWL_OUTPUT must be name=value, but is \"%s\""
                .formatted(number, line.length() <= 80 ? line : line.substring(0, 80) + "..."));
      }
    }
    return DeclaredOutputs.read(given, declared);
  }

  private static Result invalid(String message) {
    return Result.failed(DeclaredOutputs.OUTPUT_INVALID, message);
  }
}
