package dev.pawl.cli;

import com.google.protobuf.MessageOrBuilder;
import dev.pawl.cli.render.Printer;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Which part of a list is wanted. */
public final class PageOptions {
  private static final int LARGEST_PAGE = 2_000;

  @Option(names = "--limit", paramLabel = "N", description = "The most rows of a page (50).")
  private int limit = 50;

  @Option(
      names = "--page-token",
      paramLabel = "TOKEN",
      description = "Go on behind an earlier page.")
  private String pageToken = "";

  @Option(names = "--all", description = "All pages.")
  private boolean all;

  /** Reads one page, or all; {@code merge} adds a page to the answer and tells its next token. */
  public void read(Function<Request, String> merge) {
    Request request = first();
    String next = merge.apply(request);
    while (all && !next.isEmpty()) {
      next = merge.apply(new Request(request.pageSize(), next));
    }
  }

  /** That another way to say which page is wanted does not stand beside these. */
  public void refuseBesides(String option) {
    if (all || !pageToken.isEmpty()) {
      throw CommandFailed.usage(
          option + " stands beside " + (all ? "--all." : "--page-token."), "Give one of them.");
    }
  }

  private Request first() {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw CommandFailed.usage(
          "--limit must be 1 to 2000, is " + limit + ".", "Use --all for everything.");
    }
    return new Request(all ? LARGEST_PAGE : limit, pageToken);
  }

  /** Prints what was read, and tells where the list goes on. */
  public <M extends MessageOrBuilder> void print(
      Invocation invocation, Printer.Listing<M> listing, String nextToken) {
    invocation.printer().list(listing);
    if (!nextToken.isEmpty() && invocation.format().isForPeople()) {
      invocation.hint("More: --page-token " + nextToken + "   (or --all)");
    }
  }

  /** One page: how many rows, and behind which. */
  public record Request(int pageSize, String token) {}
}
