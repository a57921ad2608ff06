package dev.pawl.cli.auth;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.Table;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.RoleGrant;
import dev.pawl.v1.ServerServiceGrpc;
import dev.pawl.v1.WhoAmIRequest;
import dev.pawl.v1.WhoAmIResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Says whom the server takes the caller for. */
@Command(
    description = "Say whom the server takes you for, and what you may do.",
    footer = {
      "",
      "Examples:",
      "  pawl auth whoami",
      "  PAWL_TOKEN=... pawl auth whoami -o json",
      "  pawl --token-file /etc/pawl/token auth whoami"
    })
public final class AuthWhoAmI implements Callable<Integer> {
  private static final List<Column<RoleGrant>> COLUMNS =
      List.of(
          Column.of("ROLE", grant -> States.name(grant.getRole())),
          Column.of(
              "PROJECTS",
              grant ->
                  grant.getProjectsCount() == 0
                      ? "all"
                      : String.join(", ", grant.getProjectsList())),
          Column.of("OBJECTS", AuthWhoAmI::objects));

  private final Invocation invocation;

  public AuthWhoAmI(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    WhoAmIResponse known =
        invocation
            .connection()
            .call(ServerServiceGrpc.getWhoAmIMethod(), WhoAmIRequest.getDefaultInstance());
    invocation
        .printer()
        .item(known, known.getPrincipal(), known.getPrincipal(), () -> lines(known));
    return ExitCode.OK.number();
  }

  private static String objects(RoleGrant grant) {
    return grant.getObjectsCount() == 0
        ? "all"
        : grant.getObjectsList().stream()
            .map(object -> object.getKind() + "/" + object.getName())
            .collect(Collectors.joining(", "));
  }

  private static List<String> lines(WhoAmIResponse known) {
    List<String> lines = new ArrayList<>();
    lines.add(
        known.getPrincipal()
            + (known.getAuthenticated()
                ? "  known by its token"
                : "  not authenticated: this server takes everybody at their word"));
    lines.add("");
    lines.addAll(Table.lines(COLUMNS, known.getGrantsList()));
    return lines;
  }
}
