package dev.pawl.cli.definition;

import com.google.protobuf.Struct;
import dev.pawl.definition.DefinitionCheck;
import dev.pawl.definition.Violation;
import dev.pawl.v1.Definition;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads definition files, YAML 1.2 or JSON, and says everything that is wrong with them at once.
 */
public final class DefinitionReader {
  private DefinitionReader() {}

  /** What a file held; nothing of it may be used when there are mistakes. */
  public record Reading(List<DefinitionDocument> documents, List<Mistake> mistakes) {
    public Reading {
      documents = List.copyOf(documents);
      mistakes = List.copyOf(mistakes);
    }
  }

  public static Reading read(SourceFile file) {
    List<Mistake> mistakes = new ArrayList<>();
    List<DefinitionDocument> documents = new ArrayList<>();
    for (Node root : compose(file, mistakes)) {
      if (!Nodes.isNull(root)) {
        documents.add(readDocument(file, root, mistakes));
      }
    }
    if (documents.isEmpty() && mistakes.isEmpty()) {
      mistakes.add(
          Mistake.of(
              file,
              Position.START,
              "",
              "the file holds no definition; begin with apiVersion: pawl/v1"));
    }
    mistakes.sort(Mistake.IN_ORDER);
    return new Reading(documents, mistakes);
  }

  private static DefinitionDocument readDocument(
      SourceFile file, Node root, List<Mistake> mistakes) {
    Findings findings = new Findings(file);
    Positions positions = new Positions();
    positions.put("", Position.of(root));
    Definition.Builder builder = Definition.newBuilder();
    new MessageReader(findings, positions).read(builder, root, "");
    Definition definition = builder.build();
    mistakes.addAll(findings.toList());
    for (Violation violation : DefinitionCheck.check(definition)) {
      if (!findings.isBlamed(violation.path()) && !findings.isFull()) {
        mistakes.add(
            new Mistake(
                file,
                positions.of(violation.path()),
                violation.path(),
                violation.message(),
                violation.suggestion()));
      }
    }
    return new DefinitionDocument(file, definition, positions);
  }

  /** The parameters of a run, as one mapping. */
  public record Parameters(Struct values, List<Mistake> mistakes) {
    public Parameters {
      mistakes = List.copyOf(mistakes);
    }
  }

  public static Parameters readParameters(SourceFile file) {
    List<Mistake> mistakes = new ArrayList<>();
    List<Node> roots = compose(file, mistakes);
    if (!mistakes.isEmpty() || roots.isEmpty()) {
      return new Parameters(Struct.getDefaultInstance(), mistakes);
    }
    Findings findings = new Findings(file);
    Struct values = MessageReader.readStruct(roots.getFirst(), findings);
    mistakes.addAll(findings.toList());
    if (roots.size() > 1) {
      mistakes.add(
          Mistake.of(
              file, Position.of(roots.get(1)), "", "only one document is wanted; remove this one"));
    }
    return new Parameters(values, mistakes);
  }

  private static List<Node> compose(SourceFile file, List<Mistake> mistakes) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file.name())
            .setSchema(new CoreSchema())
            .setCodePointLimit(Integer.MAX_VALUE)
            .setMaxAliasesForCollections(1_000)
            .build();
    List<Node> roots = new ArrayList<>();
    try {
      new Compose(settings).composeAllFromString(file.text()).forEach(roots::add);
    } catch (MarkedYamlEngineException e) {
      Position position =
          e.getProblemMark()
              .or(e::getContextMark)
              .map(DefinitionReader::place)
              .orElse(Position.START);
      String context = e.getContext() == null ? "" : e.getContext() + ": ";
      mistakes.add(Mistake.of(file, position, "", "this is not YAML: " + context + e.getProblem()));
    } catch (ReaderException e) {
      mistakes.add(
          Mistake.of(
              file,
              file.positionOf(e.getPosition()),
              "",
              "the character U+%04X may not be in a YAML file".formatted(e.getCodePoint())));
    } catch (YamlEngineException e) {
      mistakes.add(Mistake.of(file, Position.START, "", "this is not YAML: " + e.getMessage()));
    }
    return roots;
  }

  private static Position place(Mark mark) {
    return Position.of(mark);
  }
}
