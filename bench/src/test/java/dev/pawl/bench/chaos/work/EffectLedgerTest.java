package dev.pawl.bench.chaos.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Effect.Answer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class EffectLedgerTest {
  private static final ExecutionKey FIRST = new ExecutionKey("r/t/0", 1);
  private static final ExecutionKey SECOND = new ExecutionKey("r/t/0", 2);
  private static final ExecutionKey OTHER = new ExecutionKey("r/u/0", 1);

  @Test
  void it_refuses_a_fence_below_the_highest_and_applies_a_key_once(@TempDir Path directory)
      throws Exception {
    try (Recorder recorder = Recorder.create(directory.resolve("effects.jsonl"));
        EffectLedger ledger = EffectLedger.start(recorder);
        LedgerClient client = new LedgerClient(URI.create(ledger.url()))) {
      assertThat(client.call("a", FIRST)).isEqualTo(Answer.APPLIED);
      assertThat(client.call("a", SECOND)).isEqualTo(Answer.KNOWN);
      assertThat(client.call("b", FIRST)).isEqualTo(Answer.REFUSED);
      assertThat(client.call("b", SECOND)).isEqualTo(Answer.APPLIED);
      assertThat(client.call("c", OTHER)).isEqualTo(Answer.APPLIED);

      assertThat(Files.readAllLines(recorder.file())).hasSize(5);
      assertThat(ledger.refused()).isEqualTo(1);
    }
  }
}
