package dev.pawl.api.log;

import dev.pawl.engine.definition.EachPlan;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.run.RunId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * How far a reader has come in each section of a run's log.
 *
 * <p>Written small, since every message carries it: a section that was read to its end is one bit
 * by its execution's place in the run, one that is open is a few bytes.
 */
final class LogPositions {
  private static final byte VERSION = 1;
  private static final int MOST = 100_000;

  private final RunId run;
  private final Plan plan;
  private final Map<Long, BitSet> ended = new TreeMap<>();
  private final Map<LogKey, Long> open = new HashMap<>();

  LogPositions(RunId run, Plan plan) {
    this.run = run;
    this.plan = plan;
  }

  /** The next line wanted of a section; 1 when nothing of it was read. */
  long next(LogKey key) {
    return ended(key) ? Long.MAX_VALUE : open.getOrDefault(key, 1L);
  }

  boolean ended(LogKey key) {
    BitSet tasks = ended.get(key.fence());
    return tasks != null && tasks.get(place(key));
  }

  void advance(LogKey key, long to) {
    if (!ended(key)) {
      open.put(key, to);
    }
  }

  /** No line of it will follow. */
  void end(LogKey key) {
    open.remove(key);
    ended.computeIfAbsent(key.fence(), _ -> new BitSet()).set(place(key));
  }

  byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(VERSION);
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      out.writeInt(ended.size());
      for (Map.Entry<Long, BitSet> fence : ended.entrySet()) {
        byte[] bits = fence.getValue().toByteArray();
        out.writeLong(fence.getKey());
        out.writeInt(bits.length);
        out.write(bits);
      }
      out.writeInt(open.size());
      for (Map.Entry<LogKey, Long> entry : open.entrySet()) {
        out.writeInt(place(entry.getKey()));
        out.writeLong(entry.getKey().fence());
        out.writeLong(entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads what {@link #write} wrote for the same run. */
  static LogPositions read(RunId run, Plan plan, byte[] bytes) throws IOException {
    if (bytes.length == 0 || bytes[0] != VERSION) {
      throw new IOException("positions of an unknown version");
    }
    LogPositions positions = new LogPositions(run, plan);
    try (DataInputStream in =
        new DataInputStream(
            new InflaterInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1)))) {
      int fences = limited(in.readInt());
      for (int i = 0; i < fences; i++) {
        long fence = in.readLong();
        BitSet tasks = BitSet.valueOf(in.readNBytes(limited(in.readInt())));
        for (int task = tasks.nextSetBit(0); task >= 0; task = tasks.nextSetBit(task + 1)) {
          positions.end(positions.key(task, fence));
        }
      }
      int open = limited(in.readInt());
      for (int i = 0; i < open; i++) {
        LogKey key = positions.key(in.readInt(), in.readLong());
        positions.advance(key, in.readLong());
      }
    }
    return positions;
  }

  private int place(LogKey key) {
    int task =
        plan.task(key.execution().task())
            .orElseThrow(
                () -> new IllegalStateException("the plan has no task " + key.execution().task()))
            .index();
    return plan.place(task, key.execution().index());
  }

  private LogKey key(int place, long fence) throws IOException {
    if (place < 0 || plan.execution(place) >= EachPlan.MOST) {
      throw new IOException("positions of another plan");
    }
    return new LogKey(new ExecutionId(run, plan.task(place).name(), plan.execution(place)), fence);
  }

  private static int limited(int count) throws IOException {
    if (count < 0 || count > MOST) {
      throw new IOException("positions of an absurd size");
    }
    return count;
  }
}
