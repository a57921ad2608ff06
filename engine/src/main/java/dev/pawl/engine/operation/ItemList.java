package dev.pawl.engine.operation;

import com.google.protobuf.ByteString;
import dev.pawl.engine.run.RunId;
import java.util.List;

/**
 * The runs of an operation as the content store keeps them: their ids, one a line. So neither an
 * event nor a message carries them, and the list is fixed before the operation begins.
 */
public final class ItemList {
  /** The most items of one operation. */
  public static final int MOST = 10_000;

  private ItemList() {}

  /** The content that lists these runs. */
  public static ByteString write(List<RunId> runs) {
    return ByteString.copyFromUtf8(String.join("\n", runs.stream().map(RunId::value).toList()));
  }

  /** The runs that content lists. */
  public static List<RunId> read(ByteString content) {
    return content.isEmpty() ? List.of() : content.toStringUtf8().lines().map(RunId::new).toList();
  }
}
