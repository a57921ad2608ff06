package dev.pawl.api.definition;

import com.google.protobuf.Timestamp;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.page.Pages;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.view.DefinitionRow;
import dev.pawl.engine.view.Views;
import dev.pawl.v1.Revision;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Lists of definitions, and what reading one takes. */
final class DefinitionLists {
  private static final int USUAL_SIZE = 50;

  private final Views views;
  private final PageTokens tokens;

  DefinitionLists(Views views, PageTokens tokens) {
    this.views = views;
    this.tokens = tokens;
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
