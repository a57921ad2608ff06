package dev.pawl.cli.workflow;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.definition.DefinitionDocument;
import dev.pawl.cli.definition.DefinitionFiles;
import dev.pawl.cli.definition.DefinitionReader;
import dev.pawl.cli.definition.Mistake;
import dev.pawl.cli.definition.SourceFile;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.OutputFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The definitions of some files, and all that is wrong with them.
 *
 * @param documents to be used only when nothing is wrong with any
 */
record Checked(List<DefinitionDocument> documents, List<Mistake> mistakes) {
  Checked {
    documents = List.copyOf(documents);
    mistakes = List.copyOf(mistakes);
  }

  static Checked read(Invocation invocation, List<String> paths) {
    List<DefinitionDocument> documents = new ArrayList<>();
    List<Mistake> mistakes = new ArrayList<>();
    for (SourceFile file : DefinitionFiles.load(paths, invocation.streams().in())) {
      DefinitionReader.Reading reading = DefinitionReader.read(file);
      documents.addAll(reading.documents());
      mistakes.addAll(reading.mistakes());
    }
    Map<String, DefinitionDocument> byTitle = new HashMap<>();
    for (DefinitionDocument document : documents) {
      DefinitionDocument earlier = byTitle.putIfAbsent(document.title(), document);
      if (earlier != null && !document.title().endsWith(" ")) {
        String path = document.title().startsWith("task") ? "task.name" : "workflow.name";
        mistakes.add(
            document.mistake(
                path,
                "%s is defined twice, first in %s"
                    .formatted(document.title(), earlier.file().name()),
                Optional.empty()));
      }
    }
    return new Checked(documents, mistakes);
  }

  /** Shows the mistakes, and ends with the exit code for them. */
  static int reject(Invocation invocation, List<Mistake> mistakes, String consequence) {
    if (invocation.format() == OutputFormat.JSON || invocation.format() == OutputFormat.JSONL) {
      mistakes.forEach(
          mistake -> invocation.streams().out().println(Json.line(mistake.toStruct())));
    }
    for (Mistake mistake : mistakes) {
      mistake.lines(invocation.style()).forEach(invocation.streams().err()::println);
    }
    invocation
        .streams()
        .err()
        .println(
            (mistakes.size() == 1 ? "1 error" : mistakes.size() + " errors")
                + ", "
                + consequence
                + ".");
    return ExitCode.USAGE.number();
  }
}
