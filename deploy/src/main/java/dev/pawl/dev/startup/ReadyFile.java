package dev.pawl.dev.startup;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The file that says, once everything serves, where it does: JSON with {@code address}, {@code pid}
 * and, when the server has them, {@code dataDirectory} of a database of its own and {@code
 * metricsAddress}. It appears whole, and goes when the server stops in order.
 */
public record ReadyFile(
    String address, long pid, Optional<Path> dataDirectory, Optional<String> metricsAddress) {

  /** Writes it to {@code file}. */
  public void write(Path file) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("address", address);
    json.addProperty("pid", pid);
    dataDirectory.ifPresent(data -> json.addProperty("dataDirectory", data.toString()));
    metricsAddress.ifPresent(metrics -> json.addProperty("metricsAddress", metrics));
    Path target = file.toAbsolutePath();
    Path fresh = Files.createTempFile(target.getParent(), ".ready", ".new");
    Files.writeString(fresh, json + "\n");
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What {@code file} says; empty when it is not there. */
  public static Optional<ReadyFile> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      return Optional.of(
          new ReadyFile(
              json.get("address").getAsString(),
              json.get("pid").getAsLong(),
              Optional.ofNullable(json.get("dataDirectory"))
                  .map(data -> Path.of(data.getAsString())),
              Optional.ofNullable(json.get("metricsAddress")).map(JsonElement::getAsString)));
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new IOException(file + " is no ready file", e);
    }
  }
}
