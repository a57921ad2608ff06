package dev.pawl.bench.history;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * A history as a file: JSON lines, gzipped when the name ends so. The first line is {@code
 * {"history":MANIFEST}}, the last {@code {"end":{"observations":N}}}, so that a file that was cut
 * off is known for one; every other line is an observation.
 *
 * <p>While the harness runs, each observer writes a part of its own: observations only.
 */
final class HistoryFormat {
  static final String GZIP = ".gz";

  /** What the last line begins with. */
  static final byte[] TAIL = "{\"end\":".getBytes(StandardCharsets.UTF_8);

  /** The first line. */
  record Head(Manifest history) {}

  /** The last line. */
  record Tail(End end) {}

  /** What the last line says. */
  record End(long observations) {}

  private static final int KEPT_STRINGS = 1 << 16;

  private final JsonMapper json =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addModule(new SimpleModule().addDeserializer(String.class, new Shared()))
          .build();
  private final ObjectReader observations = json.readerFor(Observation.class);
  private final ObjectReader heads = json.readerFor(Head.class);
  private final ObjectReader tails = json.readerFor(Tail.class);
  private final ObjectWriter lines = json.writerFor(Observation.class);

  /** Names and states come again and again: each is kept once, as far as this goes cheaply. */
  private static final class Shared extends StdScalarDeserializer<String> {
    private final @Nullable String[] kept = new String[KEPT_STRINGS];

    Shared() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) {
      String text = parser.getValueAsString();
      if (text == null) {
        throw MismatchedInputException.from(parser, String.class, "must be a string");
      }
      int hash = text.hashCode();
      int place = (hash ^ (hash >>> 16)) & (KEPT_STRINGS - 1);
      String known = kept[place];
      if (known != null && known.equals(text)) {
        return known;
      }
      kept[place] = text;
      return text;
    }
  }

  static boolean gzipped(Path file) {
    return file.toString().endsWith(GZIP);
  }

  static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    try {
      return gzipped(file) ? new GZIPInputStream(raw, 1 << 16) : raw;
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  Observation observation(byte[] line, int from, int length) throws JacksonException {
    return observations.readValue(line, from, length);
  }

  Head head(byte[] line, int from, int length) throws JacksonException {
    return heads.readValue(line, from, length);
  }

  Tail tail(byte[] line, int from, int length) throws JacksonException {
    return tails.readValue(line, from, length);
  }

  /** The version that a first line names; -1 when it is no first line of a history. */
  int version(byte[] line, int from, int length) throws JacksonException {
    return json.readTree(line, from, length).path("history").path("version").asInt(-1);
  }

  byte[] line(Observation observation) {
    return lines.writeValueAsBytes(observation);
  }

  byte[] line(Head head) {
    return json.writeValueAsBytes(head);
  }

  byte[] line(Tail tail) {
    return json.writeValueAsBytes(tail);
  }
}
