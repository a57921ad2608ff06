package dev.pawl.api.definition;

import com.google.protobuf.Timestamp;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.page.Pages;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.definition.DefinitionHead;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.Definitions;
import dev.pawl.engine.view.DefinitionRow;
import dev.pawl.engine.view.Views;
import dev.pawl.v1.Definition;
import dev.pawl.v1.Revision;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Reads definitions: one with its content, or a page of them. */
final class DefinitionReads {
  private static final int USUAL_SIZE = 50;

  private final Definitions definitions;
  private final ContentStore contents;
  private final Views views;
  private final PageTokens tokens;

  DefinitionReads(Definitions definitions, ContentStore contents, Views views, PageTokens tokens) {
    this.definitions = definitions;
    this.contents = contents;
    this.views = views;
    this.tokens = tokens;
  }

  /** One version of a definition, and what was stored for it. */
  record Found(DefinitionHead head, Definition content) {}

  /** A version, the newest when none is named; fails when there is no such definition. */
  CompletionStage<Found> find(DefinitionId id, OptionalLong version) {
    return definitions
        .describe(id, version)
        .thenApply(answer -> DefinitionErrors.accepted(id, answer))
        .thenCompose(
            head ->
                contents
                    .get(head.hash())
                    .thenApply(content -> new Found(head, ContractPlanReader.parse(content))));
  }

  /** One page as the contract shows it. */
  record Listed(List<DefinitionRow> rows, String nextPageToken, long total, Timestamp asOf) {}

  CompletionStage<Listed> list(
      DefinitionKind kind, String parent, int pageSize, String pageToken, List<Revision> atLeast) {
    String project = ResourceNames.project("parent", parent);
    Scope scope = Scope.of("definitions", kind.name(), project);
    return views
        .definitions(
            kind,
            project,
            tokens.read(scope, pageToken),
            Pages.size(pageSize, USUAL_SIZE),
            Pages.revisions(atLeast))
        .thenApply(
            page ->
                new Listed(
                    page.rows(),
                    tokens.write(scope, page.next()),
                    page.total(),
                    Timestamps.of(page.asOf())));
  }

  static OptionalLong version(boolean present, long version) {
    if (present && version < 1) {
      throw ApiErrors.invalidField("version", "is %d; versions begin at 1".formatted(version));
    }
    return present ? OptionalLong.of(version) : OptionalLong.empty();
  }
}
