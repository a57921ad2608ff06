package dev.pawl.api.operation;

import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.run.RunLookup;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.operation.Operations;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.view.Views;
import io.grpc.BindableService;
import java.time.Duration;
import java.time.InstantSource;

/** Makes the service of operations. */
public final class OperationServices {
  private OperationServices() {}

  /**
   * The service.
   *
   * @param patience how long a reader of a stream may leave no room
   */
  public static BindableService make(
      Operations operations,
      Runs runs,
      Views views,
      ContentStore contents,
      RunLookup lookup,
      PageTokens tokens,
      OpenStreams streams,
      Duration patience,
      InstantSource clock) {
    return new OperationGrpcService(
        operations,
        views,
        contents,
        new OperationLookup(views),
        new BulkCommands(operations, runs, views, contents, lookup),
        tokens,
        streams,
        patience,
        clock);
  }
}
