package dev.pawl.bench.chaos.work;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.pawl.bench.chaos.record.Digest;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogLines;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.Deflater;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@NullMarked
class LogTruthTest {
  private static final String EXECUTION = "projects/p/runs/r/taskRuns/t/executions/0";
  private static final ExecutionKey SECTION = new ExecutionKey("r/t/0", 3);

  private final Path completed;
  private final Recorder recorder;
  private final LogTruth logs;

  LogTruthTest(@TempDir Path directory) throws IOException {
    completed = directory.resolve("completed");
    recorder = Recorder.create(directory.resolve("diary.jsonl"));
    logs = new LogTruth(new WorkDiary(recorder, "ada"), completed);
  }

  @AfterEach
  void close() {
    recorder.close();
  }

  @Test
  void a_line_is_written_down_when_it_is_sent_for_the_first_time() throws IOException {
    logs.logs(SECTION, "one");
    logs.logs(SECTION, "two");
    logs.sends(chunk(1, false, "one"));
    logs.sends(chunk(1, false, "one"));
    logs.sends(chunk(2, false, "two"));

    assertThat(produced()).containsExactly("1 " + Digest.of("one"), "2 " + Digest.of("two"));
  }

  @Test
  void a_line_that_was_logged_and_never_sent_is_written_down_with_the_last_chunk()
      throws IOException {
    logs.logs(SECTION, "one");
    logs.logs(SECTION, "two");
    logs.sends(chunk(1, true, "one"));

    assertThat(produced()).containsExactly("1 " + Digest.of("one"), "2 " + Digest.of("two"));
  }

  @Test
  void a_section_is_complete_once_all_of_it_is_stored() throws IOException {
    logs.sends(chunk(1, false, "one"));
    logs.stored(answer(1));
    assertThat(LogTruth.readCompleted(completed)).isEmpty();

    logs.sends(chunk(2, true, "two"));
    logs.stored(answer(1));
    assertThat(LogTruth.readCompleted(completed)).isEmpty();

    logs.stored(answer(2));
    logs.stored(answer(2));
    assertThat(LogTruth.readCompleted(completed)).containsExactly(SECTION);
  }

  @Test
  void an_empty_last_chunk_completes_an_empty_log() throws IOException {
    logs.sends(chunk(1, true));
    logs.stored(answer(0));

    assertThat(produced()).isEmpty();
    assertThat(LogTruth.readCompleted(completed)).containsExactly(SECTION);
  }

  @Test
  void a_section_that_was_closed_is_not_complete() throws IOException {
    logs.sends(chunk(1, true, "one"));
    logs.stored(answer(1).toBuilder().setClosed(true).build());

    assertThat(LogTruth.readCompleted(completed)).isEmpty();
  }

  private List<String> produced() throws IOException {
    return Files.readAllLines(recorder.file()).stream()
        .map(line -> JsonMapper.shared().readTree(line))
        .map(line -> line.path("line").asLong() + " " + line.path("hash").asString())
        .toList();
  }

  private static PushLogsResponse answer(long stored) {
    return PushLogsResponse.newBuilder()
        .setExecution(EXECUTION)
        .setFence(3)
        .setStoredSequence(stored)
        .build();
  }

  private static PushLogsRequest chunk(long first, boolean last, String... texts) {
    LogLines.Builder lines = LogLines.newBuilder();
    for (String text : texts) {
      lines.addLines(
          LogLine.newBuilder()
              .setSequence(first + lines.getLinesCount())
              .setSource(LogSource.LOG_SOURCE_HANDLER)
              .setText(text));
    }
    return PushLogsRequest.newBuilder()
        .setExecution(EXECUTION)
        .setFence(3)
        .setFirstSequence(first)
        .setLineCount(texts.length)
        .setLines(packed(lines.build().toByteArray()))
        .setLast(last)
        .build();
  }

  private static ByteString packed(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    deflater.setInput(bytes);
    deflater.finish();
    byte[] packed = new byte[4_096];
    int length = deflater.deflate(packed);
    deflater.end();
    return ByteString.copyFrom(packed, 0, length);
  }
}
