package dev.pawl.cli.render;

import com.google.protobuf.MessageOrBuilder;
import dev.pawl.cli.CommandFailed;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Prints the answer of a command to the standard output, in the format that was asked for. */
public record Printer(PrintStream out, OutputFormat format, boolean quiet) {

  /**
   * A page of a list.
   *
   * @param response the whole answer, for JSON and YAML
   * @param id what {@code -q} prints
   * @param name what {@code -o name} prints
   */
  public record Listing<M extends MessageOrBuilder>(
      MessageOrBuilder response,
      List<M> items,
      Function<M, String> id,
      Function<M, String> name,
      List<Column<M>> columns) {
    public Listing {
      items = List.copyOf(items);
      columns = List.copyOf(columns);
    }
  }

  public <M extends MessageOrBuilder> void list(Listing<M> listing) {
    if (quiet && format.isForPeople()) {
      listing.items().forEach(item -> out.println(listing.id().apply(item)));
      return;
    }
    switch (format) {
      case TABLE, WIDE -> {
        List<Column<M>> columns =
            listing.columns().stream()
                .filter(column -> format == OutputFormat.WIDE || !column.wide())
                .toList();
        Table.lines(columns, listing.items()).forEach(out::println);
      }
      case JSON -> out.println(Json.pretty(listing.response()));
      case YAML -> out.print(Json.yaml(listing.response()));
      case CSV -> Csv.lines(listing.columns(), listing.items()).forEach(out::println);
      case JSONL -> listing.items().forEach(item -> out.println(Json.line(item)));
      case NAME -> listing.items().forEach(item -> out.println(listing.name().apply(item)));
      case RAW -> throw rawIsForLogs();
    }
  }

  /** One thing. */
  public <M extends MessageOrBuilder> void item(
      M item, String id, String name, Supplier<List<String>> forPeople) {
    if (quiet && format.isForPeople()) {
      out.println(id);
      return;
    }
    switch (format) {
      case TABLE, WIDE -> forPeople.get().forEach(out::println);
      case JSON -> out.println(Json.pretty(item));
      case YAML -> out.print(Json.yaml(item));
      case CSV ->
          throw CommandFailed.usage("-o csv is for lists only.", "Use table, json or yaml.");
      case JSONL -> out.println(Json.line(item));
      case NAME -> out.println(name);
      case RAW -> throw rawIsForLogs();
    }
  }

  /** What is kept in a file: JSON when that was asked for, else YAML. */
  public void document(MessageOrBuilder message) {
    if (format == OutputFormat.JSON) {
      out.println(Json.pretty(message));
    } else {
      out.print(Json.yaml(message));
    }
  }

  private static RuntimeException rawIsForLogs() {
    return CommandFailed.usage("-o raw is for logs only.", "Use table, json or yaml.");
  }
}
