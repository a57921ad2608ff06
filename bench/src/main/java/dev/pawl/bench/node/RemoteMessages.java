package dev.pawl.bench.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.remote.artery.RemoteInstrument;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a node sends to the others, in a file that another process may read at any time.
 * Pekko makes one in a node that was started with {@link #option}.
 */
public final class RemoteMessages extends RemoteInstrument {
  private static final String DIRECTORY = "pawl.bench.messages";

  // Pekko asks for a number from 1 to 31 that no other instrument has.
  private static final byte IDENTIFIER = 17;

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int MESSAGES = 0;
  private static final int BYTES = Long.BYTES;

  private final ByteBuffer counts;

  /**
   * What was sent so far.
   *
   * @param bytes of the messages in their serialised form
   */
  public record Sent(long messages, long bytes) {
    public static final Sent NOTHING = new Sent(0, 0);

    public Sent plus(Sent other) {
      return new Sent(messages + other.messages, bytes + other.bytes);
    }

    public Sent since(Sent earlier) {
      return new Sent(messages - earlier.messages, bytes - earlier.bytes);
    }
  }

  public RemoteMessages() {
    try {
      this.counts = map(file(System.getProperty(DIRECTORY), ProcessHandle.current().pid()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The JVM options that have a node count.
   *
   * @param directory where its file is
   */
  public static String[] options(Path directory) {
    return new String[] {
      "-D%s=%s".formatted(DIRECTORY, directory),
      "-Dpekko.remote.artery.advanced.instruments.0=" + RemoteMessages.class.getName()
    };
  }

  /** What a node has sent so far; nothing when it is alone. */
  public static Sent of(Path directory, long pid) throws IOException {
    ByteBuffer counts = map(file(directory.toString(), pid));
    return new Sent(
        (long) LONG.getVolatile(counts, MESSAGES), (long) LONG.getVolatile(counts, BYTES));
  }

  private static Path file(String directory, long pid) {
    return Path.of(directory, "messages-" + pid);
  }

  private static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * Long.BYTES);
    }
  }

  @Override
  public byte identifier() {
    return IDENTIFIER;
  }

  @Override
  public void remoteMessageSent(
      ActorRef recipient, Object message, @Nullable ActorRef sender, int size, long time) {
    LONG.getAndAdd(counts, MESSAGES, 1L);
    LONG.getAndAdd(counts, BYTES, (long) size);
  }

  @Override
  public void remoteWriteMetadata(
      ActorRef recipient, Object message, @Nullable ActorRef sender, ByteBuffer buffer) {}

  @Override
  public void remoteReadMetadata(
      ActorRef recipient, Object message, @Nullable ActorRef sender, ByteBuffer buffer) {}

  @Override
  public void remoteMessageReceived(
      ActorRef recipient, Object message, @Nullable ActorRef sender, int size, long time) {}
}
