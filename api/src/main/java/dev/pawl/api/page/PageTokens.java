package dev.pawl.api.page;

import dev.pawl.api.page.SealedTokens.Purpose;
import dev.pawl.api.page.SealedTokens.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The tokens that lead from one page of a list to the next. */
public final class PageTokens {
  private final SealedTokens tokens;

  public PageTokens(SealedTokens tokens) {
    this.tokens = tokens;
  }

  /** The key to go on behind; empty on the first page. */
  public Optional<String> read(Scope scope, String token) {
    return token.isEmpty()
        ? Optional.empty()
        : Optional.of(new String(tokens.read(Purpose.PAGE, scope, token), StandardCharsets.UTF_8));
  }

  /** The token of the page behind a key; empty when there is none. */
  public String write(Scope scope, Optional<String> next) {
    return next.map(key -> tokens.write(Purpose.PAGE, scope, key.getBytes(StandardCharsets.UTF_8)))
        .orElse("");
  }
}
