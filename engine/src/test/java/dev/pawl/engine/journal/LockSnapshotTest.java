package dev.pawl.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.covers.Covers;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockState;
import dev.pawl.engine.lock.LockState.Hold;
import dev.pawl.engine.lock.LockState.Loss;
import dev.pawl.engine.lock.LockState.Taking;
import dev.pawl.engine.run.RunId;
import java.io.IOException;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A snapshot of locks that was stored once is read for ever. */
class LockSnapshotTest {
  private static final Path FILE = Path.of("src/test/resources/golden/snapshot/lock-state.1.hex");
  private static final Instant AT = Instant.parse("2026-11-20T10:00:00.123456Z");
  private static final RunId ONE = new RunId("0123456789abcdefghjkmnpqrs");
  private static final RunId TWO = new RunId("0123456789abcdefghjkmnpqrt");
  private static final LockName GLOBAL = LockName.global("maintenance");
  private static final LockName Z1 = LockName.of("maintenance", "z1");
  private static final LockName Z2 = LockName.of("maintenance", "z2");

  private static final LockState STATE =
      LockState.of(
          Map.of(Z2, new Hold(TWO, 4, "user:ada", AT, 8)),
          Map.of(GLOBAL, new Taking(TWO, 2), Z1, new Taking(ONE, 5), Z2, new Taking(TWO, 8)),
          3,
          List.of(new Loss(ONE, 9, 1, Z1, "user:bob", "the host is gone")),
          9,
          AT.plusSeconds(7),
          new Requests(
              List.of(new Requests.Remembered("r-1", "00ff", "ann", 9, AT.plusSeconds(7)))));

  private final LockSnapshotSerializer serializer = new LockSnapshotSerializer();

  @Test
  @Covers("SYS-12")
  void old_bytes_still_read_and_are_written_the_same() throws IOException {
    if (Boolean.getBoolean("pawl.golden.write") && !Files.exists(FILE)) {
      Files.createDirectories(FILE.getParent());
      String hex = HexFormat.of().formatHex(serializer.toBinary(STATE));
      Files.writeString(FILE, hex.replaceAll("(.{96})", "$1\n") + "\n");
    }
    byte[] stored =
        HexFormat.of()
            .parseHex(Files.readString(FILE, StandardCharsets.US_ASCII).replaceAll("\\s", ""));

    assertThat(serializer.fromBinary(stored, "lock-state.1")).isEqualTo(STATE);
    assertThat(serializer.toBinary(STATE)).isEqualTo(stored);
    assertThat(serializer.manifest(STATE)).isEqualTo("lock-state.1");
    assertThat(serializer.identifier()).isEqualTo(7_171_006);
  }

  @Test
  void nothing_at_all_comes_back_as_it_was() throws NotSerializableException {
    assertThat(serializer.fromBinary(serializer.toBinary(LockState.NEW), "lock-state.1"))
        .isEqualTo(LockState.NEW);
  }

  @Test
  void what_this_build_does_not_know_is_not_taken_for_a_state() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "lock-state.2"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("lock-state.2");
    assertThatThrownBy(() -> serializer.fromBinary(new byte[] {10}, "lock-state.1"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("damaged");
  }
}
