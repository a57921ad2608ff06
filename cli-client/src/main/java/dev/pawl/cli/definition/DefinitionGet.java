package dev.pawl.cli.definition;

import com.google.protobuf.Message;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.VersionOption;
import dev.pawl.cli.resource.Names;
import dev.pawl.definition.DefinitionCheck;
import dev.pawl.v1.Definition;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Shows one workflow, or one task that stands alone: what the command takes, and how it is
 * answered.
 */
public abstract class DefinitionGet<M extends Message> implements Callable<Integer> {
  protected final Invocation invocation;

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Mixin private final VersionOption version = new VersionOption();

  @Option(
      names = "--definition",
      description = "Print the definition as apply takes it, as YAML or with -o json.")
  private boolean definitionOnly;

  protected DefinitionGet(Invocation invocation) {
    this.invocation = invocation;
  }

  /** Asks the server for a version, the newest when none is given. */
  protected abstract M find(String named, OptionalLong wanted);

  /** Its full name. */
  protected abstract String resourceName(M found);

  /** What was submitted for it, without the version of the format. */
  protected abstract Definition.Builder definition(M found);

  /** What people read of it. */
  protected abstract List<String> lines(M found);

  @Override
  public final Integer call() {
    M found = find(name, version.wanted());
    if (definitionOnly) {
      Definition.Builder definition = definition(found);
      invocation.printer().document(definition.setApiVersion(DefinitionCheck.API_VERSION).build());
    } else {
      String full = resourceName(found);
      invocation.printer().item(found, Names.last(full), full, () -> lines(found));
    }
    return ExitCode.OK.number();
  }
}
