package dev.pawl.cli.lock;

import static dev.pawl.cli.render.Column.of;
import static dev.pawl.cli.render.Column.wide;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.PageOptions;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.Printer;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.run.RunReference;
import dev.pawl.v1.ListLocksRequest;
import dev.pawl.v1.ListLocksResponse;
import dev.pawl.v1.Lock;
import dev.pawl.v1.LockServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the locks that are held. */
@Command(
    description = "List the locks that runs hold.",
    footer = {"", "Examples:", "  pawl lock list", "  pawl lock list --holder 7f3k2xyz"})
public final class LockList implements Callable<Integer> {
  private final Invocation invocation;

  @Option(names = "--scope", paramLabel = "SCOPE", description = "Only this scope.")
  private String scope = "";

  @Option(names = "--key", paramLabel = "KEY", description = "Only locks of this key.")
  private @Nullable String key;

  @Option(names = "--holder", paramLabel = "RUN", description = "Only locks that this run holds.")
  private String holder = "";

  @Mixin private final PageOptions page = new PageOptions();

  public LockList(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    ListLocksRequest.Builder wanted =
        ListLocksRequest.newBuilder().setParent(invocation.names().parent()).setScope(scope);
    if (key != null) {
      wanted.setKey(key);
    }
    if (!holder.isEmpty()) {
      wanted.setHolder(RunReference.run(invocation, holder));
    }
    ListLocksResponse.Builder answer = ListLocksResponse.newBuilder();
    page.read(
        request ->
            answer
                .clearNextPageToken()
                .mergeFrom(
                    invocation
                        .connection()
                        .call(
                            LockServiceGrpc.getListLocksMethod(),
                            wanted
                                .setPageSize(request.pageSize())
                                .setPageToken(request.token())
                                .build()))
                .getNextPageToken());
    page.print(
        invocation,
        new Printer.Listing<>(
            answer.build(),
            answer.getLocksList(),
            Lock::getName,
            Lock::getName,
            columns(invocation.times())),
        answer.getNextPageToken());
    return ExitCode.OK.number();
  }

  private static List<Column<Lock>> columns(Times times) {
    return List.of(
        of("SCOPE", Lock::getScope),
        of("KEY", lock -> lock.hasKey() ? lock.getKey() : "(global)"),
        of("HOLDER", LockReference::holder),
        of("SINCE", lock -> times.at(lock.getAcquireTime())),
        of("INITIATOR", Lock::getInitiator),
        wide("VERSION", lock -> Long.toString(lock.getVersion())),
        wide("RUN", lock -> Names.last(lock.getHolder())));
  }
}
