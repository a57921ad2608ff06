package dev.pawl.worker.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.worker.json.Json;
import dev.pawl.worker.json.JsonException;
import dev.pawl.worker.runner.DeclaredOutputs;
import dev.pawl.worker.runner.Publication;
import dev.pawl.worker.runner.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Publishes the JSON object that a script left in {@code $PAWL_DATA}, however the script ended. */
final class DataFile {
  /** Blanks, quotes and the like take room here that they do not take when it is stored. */
  private static final long MAX_FILE_BYTES = 16L * Publication.MAX_BYTES;

  private DataFile() {}

  static void read(Path file, Publication publication) {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      publication.refuse(invalid("must be a file when the script ends, but is something else"));
      return;
    }
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        publication.refuse(Publication.tooLarge("the JSON object in $PAWL_DATA", size));
        return;
      }
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
      if (!text.isBlank()) {
        publish(Json.parse(text), publication);
      }
    } catch (CharacterCodingException e) {
      publication.refuse(invalid("must be UTF-8 text, but holds other bytes"));
    } catch (JsonException e) {
      publication.refuse(invalid("must be a JSON object, but is no JSON: " + e.getMessage()));
    } catch (IOException e) {
      publication.refuse(invalid("could not be read: " + e.getMessage()));
    }
  }

  private static void publish(Value value, Publication publication) {
    if (!value.hasStructValue()) {
      String shown = Json.write(value);
      publication.refuse(
          invalid(
              "must be a JSON object, such as {\"rows\": 42}, but is "
                  + (shown.length() <= 80 ? shown : shown.substring(0, 80) + "...")));
      return;
    }
    Struct data = value.getStructValue();
    if (data.getSerializedSize() > Publication.MAX_BYTES) {
      publication.refuse(
          Publication.tooLarge("the JSON object in $PAWL_DATA", data.getSerializedSize()));
    } else {
      publication.put(data);
    }
  }

  private static Result.Undone invalid(String what) {
    return new Result.Undone(DeclaredOutputs.OUTPUT_INVALID, "$PAWL_DATA " + what, false);
  }
}
