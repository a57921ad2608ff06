package dev.pawl.cli.definition;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds and loads definition files: files, directories, or {@code -} for the standard input. */
public final class DefinitionFiles {
  /** The limit of a definition. */
  public static final int MOST_BYTES = 3 * 1024 * 1024;

  private DefinitionFiles() {}

  public static List<SourceFile> load(List<String> arguments, InputStream standardInput) {
    if (arguments.isEmpty()) {
      throw CommandFailed.usage(
          "No file was named.", "Name files or directories with -f, or - for the standard input.");
    }
    List<SourceFile> files = new ArrayList<>();
    for (String argument : arguments) {
      try {
        if (argument.equals("-")) {
          files.add(decode("-", read(standardInput, "-")));
        } else {
          for (Path path : expand(Path.of(argument))) {
            try (InputStream content = Files.newInputStream(path)) {
              files.add(decode(path.toString(), read(content, path.toString())));
            }
          }
        }
      } catch (NoSuchFileException e) {
        throw CommandFailed.usage("There is no file " + e.getFile() + ".", "Check the path.");
      } catch (IOException e) {
        throw CommandFailed.of(ExitCode.FAILED, "Cannot read " + argument + ": " + e.getMessage());
      }
    }
    return files;
  }

  private static List<Path> expand(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> found = Files.walk(path)) {
      List<Path> files =
          found
              .filter(Files::isRegularFile)
              .filter(file -> isDefinition(path.relativize(file)))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw CommandFailed.usage(
            "The directory " + path + " holds no .yaml, .yml or .json file.", "Check the path.");
      }
      return files;
    }
  }

  private static boolean isDefinition(Path file) {
    for (Path part : file) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    String name = file.toString();
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }

  private static byte[] read(InputStream content, String name) throws IOException {
    byte[] bytes = content.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw CommandFailed.usage(
          "%s is larger than 3 MiB (%,d bytes), the limit of a definition."
              .formatted(name, MOST_BYTES),
          "Move large scripts into files of the worker, or split the workflow.");
    }
    return bytes;
  }

  private static SourceFile decode(String name, byte[] bytes) throws IOException {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try {
      String text = decoder.decode(ByteBuffer.wrap(bytes)).toString();
      return SourceFile.of(name, text.startsWith("\ufeff") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      throw CommandFailed.usage(
          "%s is not UTF-8 text: %s.".formatted(name, firstBadLine(bytes)), "Save it as UTF-8.");
    }
  }

  private static String firstBadLine(byte[] bytes) {
    var in = new ByteArrayInputStream(bytes);
    int number = 0;
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); ; b = in.read()) {
      if (b == '\n' || b < 0) {
        number++;
        if (line.toString(StandardCharsets.UTF_8).indexOf('\ufffd') >= 0 || b < 0) {
          return "line " + number;
        }
        line.reset();
      } else {
        line.write(b);
      }
    }
  }
}
