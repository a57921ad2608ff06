package dev.pawl.cli.log;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A file that is there as a whole or not at all: until then it is another, beside it. */
final class Partial implements AutoCloseable {
  private @Nullable Path file;
  private @Nullable Path temporary;
  private @Nullable OutputStream out;
  private long bytes;

  /** Begins, or begins again with nothing. */
  void begin(Path wanted) throws IOException {
    OutputStream open = out;
    if (open != null) {
      open.close();
    }
    Path path = temporary;
    if (path == null) {
      path = wanted.resolveSibling("." + wanted.getFileName() + "." + UUID.randomUUID() + ".part");
      // For who is interrupted.
      path.toFile().deleteOnExit();
    }
    file = wanted;
    temporary = path;
    bytes = 0;
    out =
        Files.newOutputStream(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  void write(ByteString data) throws IOException {
    data.writeTo(Objects.requireNonNull(out, "a file that was not begun"));
    bytes += data.size();
  }

  /** The file as it is called in the end. */
  Path file() {
    return Objects.requireNonNull(file, "a file that was not begun");
  }

  /** Gives the file its name; gives its size. */
  long finish(boolean replace) throws IOException {
    OutputStream open = out;
    Path path = temporary;
    if (open == null || path == null) {
      throw new IOException("the server sent nothing");
    }
    open.close();
    out = null;
    try {
      if (replace) {
        Files.move(path, file(), StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.move(path, file());
      }
    } catch (FileAlreadyExistsException e) {
      throw LogSaver.exists(file());
    }
    temporary = null;
    return bytes;
  }

  @Override
  public void close() throws IOException {
    OutputStream open = out;
    if (open != null) {
      open.close();
    }
    Path path = temporary;
    if (path != null) {
      Files.deleteIfExists(path);
    }
  }
}
