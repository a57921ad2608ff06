package dev.pawl.bench.chaos.work;

import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/** Writes down what passes between a worker and one node, before it goes on its way. */
final class DiaryInterceptor implements ClientInterceptor {
  private final String node;
  private final WorkDiary diary;
  private final Handover logs;

  DiaryInterceptor(String node, WorkDiary diary, Handover logs) {
    this.node = node;
    this.diary = diary;
    this.logs = logs;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new Noted<>(next.newCall(method, options));
  }

  private final class Noted<Q, R> extends SimpleForwardingClientCall<Q, R> {
    Noted(ClientCall<Q, R> call) {
      super(call);
    }

    @Override
    public void start(Listener<R> listener, Metadata headers) {
      super.start(
          new SimpleForwardingClientCallListener<R>(listener) {
            @Override
            public void onMessage(R message) {
              received(message);
              super.onMessage(message);
            }
          },
          headers);
    }

    @Override
    public void sendMessage(Q message) {
      switch (message) {
        case ConnectRequest request when request.hasHello() ->
            diary.sessionBegins(node, request.getHello());
        case ConnectRequest request when request.hasReport() -> diary.reports(request.getReport());
        case PushLogsRequest chunk -> logs.sends(chunk);
        default -> {
          // Heartbeats and the like decide nothing.
        }
      }
      super.sendMessage(message);
    }

    private void received(R message) {
      switch (message) {
        case ConnectResponse response -> {
          switch (response.getMessageCase()) {
            case LEASE -> diary.leased(response.getLease());
            case REPORT_ACK -> diary.acknowledged(response.getReportAck());
            case STOP -> diary.stopReceived(response.getStop());
            case WELCOME, DRAINED, RECONNECT, MESSAGE_NOT_SET -> {}
          }
        }
        case PushLogsResponse answer -> logs.stored(answer);
        default -> {
          // Nothing else is asked by a worker.
        }
      }
    }
  }
}
