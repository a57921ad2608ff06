package dev.pawl.cli.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import dev.pawl.v1.DownloadLogsRequest;
import dev.pawl.v1.DownloadLogsResponse;
import dev.pawl.v1.LineFilter;
import dev.pawl.v1.ListLogSectionsRequest;
import dev.pawl.v1.ListLogSectionsResponse;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogSelection;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Logs that are complete: every call is answered with those of its parent, then ended. */
public final class FakeLogs extends LogServiceGrpc.LogServiceImplBase {
  public final List<TailLogsRequest> requests = new CopyOnWriteArrayList<>();
  public final List<TailLogsResponse> messages = new CopyOnWriteArrayList<>();
  public final List<LogSection> sections = new CopyOnWriteArrayList<>();

  public final List<DownloadLogsRequest> downloads = new CopyOnWriteArrayList<>();

  /** What a download brings. */
  public volatile ByteString file = ByteString.copyFromUtf8("# Pawl log\nline\n");

  public volatile String fileName = "pawl-run.log";

  /** What downloads end with after half of the file, one after the other. */
  public final ConcurrentLinkedQueue<StatusRuntimeException> breaks = new ConcurrentLinkedQueue<>();

  @Override
  public void tailLogs(TailLogsRequest request, StreamObserver<TailLogsResponse> observer) {
    requests.add(request);
    boolean behind = request.getCursor().isEmpty();
    for (TailLogsResponse message : messages) {
      if (behind
          && message.getSection().getExecution().startsWith(request.getParent() + "/")
          && isSelected(request.getSelection(), message.getSection())) {
        TailLogsResponse.Builder wanted = message.toBuilder().clearLines();
        message.getLinesList().stream()
            .filter(line -> isWanted(request.getFilter(), line))
            .forEach(wanted::addLines);
        observer.onNext(wanted.build());
      }
      behind = behind || message.getCursor().equals(request.getCursor());
    }
    observer.onCompleted();
  }

  private static boolean isSelected(LogSelection selection, LogSection section) {
    return (!selection.hasAttempt() || selection.getAttempt() == section.getAttempt())
        && (!selection.hasRound() || selection.getRound() == section.getRound())
        && (!selection.hasFence() || selection.getFence() == section.getFence())
        && (selection.getOperationsCount() == 0
            || selection.getOperationsList().contains(section.getOperation()));
  }

  private static boolean isWanted(LineFilter filter, LogLine line) {
    return line.getText().contains(filter.getText())
        && line.getLevelValue() >= filter.getMinLevelValue()
        && (!filter.hasSince() || Timestamps.compare(line.getTime(), filter.getSince()) >= 0);
  }

  @Override
  public void listLogSections(
      ListLogSectionsRequest request, StreamObserver<ListLogSectionsResponse> observer) {
    Answers.answer(
        observer,
        () ->
            ListLogSectionsResponse.newBuilder()
                .addAllSections(
                    sections.stream()
                        .filter(
                            section -> section.getExecution().startsWith(request.getParent() + "/"))
                        .toList())
                .build());
  }

  @Override
  public void downloadLogs(
      DownloadLogsRequest request, StreamObserver<DownloadLogsResponse> observer) {
    downloads.add(request);
    observer.onNext(
        DownloadLogsResponse.newBuilder().setFileName(fileName).setMediaType("text/plain").build());
    int half = file.size() / 2;
    observer.onNext(DownloadLogsResponse.newBuilder().setData(file.substring(0, half)).build());
    Optional<StatusRuntimeException> end = Optional.ofNullable(breaks.poll());
    if (end.isPresent()) {
      observer.onError(end.get());
      return;
    }
    observer.onNext(DownloadLogsResponse.newBuilder().setData(file.substring(half)).build());
    observer.onCompleted();
  }
}
