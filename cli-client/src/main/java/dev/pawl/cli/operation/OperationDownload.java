package dev.pawl.cli.operation;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.v1.DownloadOperationFileRequest;
import dev.pawl.v1.DownloadOperationFileResponse;
import dev.pawl.v1.OperationFile;
import dev.pawl.v1.OperationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches the file that an export made. */
@Command(
    description = "Fetch the file that an export made.",
    footer = {
      "",
      "Examples:",
      "  pawl operation download 7f3k2xyz --file failed.csv",
      "  pawl operation download 7f3k2xyz | head"
    })
public final class OperationDownload implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";

  private final Invocation invocation;

  @Parameters(paramLabel = "OPERATION", description = "Its id, or a unique part of it.")
  private String operation = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Where to write it; without it, or with -, to the standard output.")
  private String file = STANDARD_OUTPUT;

  public OperationDownload(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    fetch(invocation, invocation.names().operation(operation), file);
    return ExitCode.OK.number();
  }

  /**
   * Fetches the file of an operation.
   *
   * @param target where to write it: a path, or a dash for the standard output
   */
  public static void fetch(Invocation invocation, String operation, String target) {
    Iterator<DownloadOperationFileResponse> messages =
        ClientCalls.blockingServerStreamingCall(
            invocation.connection().channel(),
            OperationServiceGrpc.getDownloadOperationFileMethod(),
            CallOptions.DEFAULT,
            DownloadOperationFileRequest.newBuilder().setName(operation).build());
    // Before a file is opened, and emptied: there may be none to fetch.
    boolean any = messages.hasNext();
    try {
      if (target.equals(STANDARD_OUTPUT)) {
        copy(any, messages, invocation.streams().out());
        invocation.streams().out().flush();
      } else {
        OperationFile written;
        try (OutputStream out = Files.newOutputStream(Path.of(target))) {
          written = copy(any, messages, out);
        }
        invocation.note(
            "Wrote %,d runs (%,d bytes) to %s."
                .formatted(written.getRows(), written.getSize(), target));
      }
    } catch (IOException | InvalidPathException e) {
      throw CommandFailed.of(
          ExitCode.FAILED, "Cannot write " + target + ": " + e.getMessage() + ".");
    }
  }

  private static OperationFile copy(
      boolean any, Iterator<DownloadOperationFileResponse> messages, OutputStream out)
      throws IOException {
    OperationFile file = OperationFile.getDefaultInstance();
    MessageDigest digest = sha256();
    long size = 0;
    while (any && messages.hasNext()) {
      DownloadOperationFileResponse message = messages.next();
      if (message.hasFile()) {
        file = message.getFile();
      }
      message.getChunk().writeTo(out);
      digest.update(message.getChunk().asReadOnlyByteBuffer());
      size += message.getChunk().size();
    }
    if (size != file.getSize()
        || !HexFormat.of().formatHex(digest.digest()).equals(file.getSha256())) {
      throw CommandFailed.of(
          ExitCode.FAILED,
          "The file arrived damaged: %,d bytes instead of %,d, or others."
              .formatted(size, file.getSize()),
          "Fetch it once more.");
    }
    return file;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
