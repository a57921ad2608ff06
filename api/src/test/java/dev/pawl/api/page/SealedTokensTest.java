package dev.pawl.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.FakeSeal;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.page.SealedTokens.Purpose;
import dev.pawl.api.page.SealedTokens.Scope;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SealedTokensTest {
  private static final Scope SCOPE = Scope.of("runs", "shop", "state = FAILED");

  private final SealedTokens tokens = FakeSeal.tokens();
  private final PageTokens pages = new PageTokens(tokens);

  @Test
  void a_token_leads_back_to_its_place() {
    String token = pages.write(SCOPE, Optional.of("01jd"));
    assertThat(pages.read(SCOPE, token)).contains("01jd");
  }

  @Test
  void the_first_page_has_no_token_and_the_last_gives_none() {
    assertThat(pages.read(SCOPE, "")).isEmpty();
    assertThat(pages.write(SCOPE, Optional.empty())).isEmpty();
  }

  @Test
  void a_token_of_another_filter_is_refused() {
    String token = pages.write(SCOPE, Optional.of("01jd"));
    assertThat(Gateway.refusal(() -> pages.read(Scope.of("runs", "shop", ""), token)).reason())
        .contains("CURSOR_FILTER_MISMATCH");
  }

  @Test
  void parts_of_a_filter_do_not_run_into_each_other() {
    String token = pages.write(Scope.of("ab", "c"), Optional.of("x"));
    assertThat(Gateway.refusal(() -> pages.read(Scope.of("a", "bc"), token)).reason())
        .contains("CURSOR_FILTER_MISMATCH");
  }

  @Test
  void a_damaged_token_is_refused() {
    String token = pages.write(SCOPE, Optional.of("01jd"));
    String damaged =
        token.substring(0, 20) + (token.charAt(20) == 'A' ? 'B' : 'A') + token.substring(21);
    assertThat(Gateway.refusal(() -> pages.read(SCOPE, damaged)).reason())
        .contains("INVALID_CURSOR");
    assertThat(Gateway.refusal(() -> pages.read(SCOPE, "no token!")).reason())
        .contains("INVALID_CURSOR");
    assertThat(Gateway.refusal(() -> pages.read(SCOPE, "x".repeat(100_000))).reason())
        .contains("INVALID_CURSOR");
  }

  @Test
  void a_cursor_is_no_page_token() {
    String cursor = tokens.write(Purpose.WATCH, SCOPE, new byte[24]);
    assertThat(Gateway.refusal(() -> pages.read(SCOPE, cursor)).reason())
        .contains("INVALID_CURSOR");
  }
}
