package dev.pawl.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.api.fake.TokenFile;
import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
  private static final String HASH = "0".repeat(64);

  @TempDir private Path directory;

  private Optional<String> principal(Tokens tokens, String token) {
    return tokens.identify(token).map(Identity::principal);
  }

  @Test
  void a_token_stands_for_its_principal_and_no_other_text_does() throws Exception {
    Tokens tokens =
        TokenFile.of(
            directory,
            "# who may\n\n  ada  "
                + TokenFile.hash("token-of-ada").toUpperCase(Locale.ROOT)
                + "\tADMIN\n");

    assertThat(principal(tokens, "token-of-ada")).contains("ada");
    assertThat(principal(tokens, "token-of-adb")).isEmpty();
    assertThat(principal(tokens, "")).isEmpty();
    assertThat(principal(tokens, TokenFile.hash("token-of-ada"))).isEmpty();
  }

  @Test
  void several_lines_of_one_token_grant_together_and_each_where_it_says() throws Exception {
    Tokens tokens =
        TokenFile.of(
            directory,
            TokenFile.line("sam", "TASK_MANAGER shop,mall") + TokenFile.line("sam", "TASK_VIEWER"));
    Grants grants = tokens.identify("token-of-sam").orElseThrow().grants();

    assertThat(grants.everywhere(Permission.VIEW)).isTrue();
    assertThat(grants.everywhere(Permission.RUN)).isFalse();
    assertThat(grants.in(Set.of("shop")).allow(Permission.RUN)).isTrue();
    assertThat(grants.in(Set.of("shop", "mall")).allow(Permission.RUN)).isTrue();
    assertThat(grants.in(Set.of("shop", "bank")).allow(Permission.RUN)).isFalse();
    assertThat(grants.in(Set.of("bank")).allow(Permission.VIEW)).isTrue();
    assertThat(grants.in(Set.of()).allow(Permission.RUN)).isTrue();
    assertThat(grants.in(Set.of("shop")).allow(Permission.EDIT)).isFalse();
    assertThat(grants.roles(Set.of("bank"))).isEqualTo("TASK_VIEWER");
    assertThat(Grants.NONE.in(Set.of()).permissions()).isEmpty();
  }

  @Test
  void a_grant_that_is_limited_to_objects_permits_to_see_and_to_command_what_is_about_these()
      throws Exception {
    Tokens tokens =
        TokenFile.of(
            directory,
            TokenFile.line("cam", "TASK_MANAGER shop cluster/obdemo,host/a%20b")
                + TokenFile.line("cam", "TASK_VIEWER tenant/t1"));
    Grants grants = tokens.identify("token-of-cam").orElseThrow().grants();
    ObjectName cluster = new ObjectName("cluster", "obdemo");
    ObjectName host = new ObjectName("host", "a b");
    ObjectName tenant = new ObjectName("tenant", "t1");

    Rights shop = grants.in(Set.of("shop"));
    assertThat(shop.permissions()).isEmpty();
    assertThat(shop.allow(Permission.RUN, List.of(cluster))).isTrue();
    assertThat(shop.allow(Permission.RUN, List.of(cluster, host))).isTrue();
    assertThat(shop.allow(Permission.RUN, List.of(cluster, tenant))).isFalse();
    assertThat(shop.allow(Permission.VIEW, List.of(cluster, tenant))).isTrue();
    assertThat(shop.allow(Permission.RUN, List.of())).isFalse();
    assertThat(shop.allow(Permission.VIEW, List.of())).isFalse();
    assertThat(shop.allowSome(Permission.MANAGE)).isFalse();
    Rights bank = grants.in(Set.of("bank"));
    assertThat(bank.allow(Permission.VIEW, List.of(cluster))).isFalse();
    assertThat(bank.allow(Permission.VIEW, List.of(tenant))).isTrue();
    Rights both = grants.in(Set.of("shop", "bank"));
    assertThat(both.allowSome(Permission.RUN)).isFalse();
    assertThat(both.allow(Permission.VIEW, List.of(tenant))).isTrue();
    assertThat(grants.everywhere(Permission.VIEW)).isFalse();
    assertThat(grants.roles(Set.of("shop")))
        .isEqualTo("TASK_MANAGER on cluster/obdemo and host/a b, TASK_VIEWER on tenant/t1");
  }

  @Test
  void a_changed_file_is_read_again_and_one_with_mistakes_leaves_the_tokens_from_before()
      throws Exception {
    Path file = directory.resolve("tokens");
    Tokens tokens = TokenFile.of(directory, TokenFile.line("ada", "ADMIN"));
    Files.writeString(file, TokenFile.line("bob", "TASK_VIEWER"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> principal(tokens, "token-of-bob").isPresent());
    assertThat(principal(tokens, "token-of-ada")).isEmpty();

    Files.writeString(file, "bob is the best\n");
    Files.writeString(directory.resolve("next"), TokenFile.line("eve", "ADMIN"));
    // Longer than it takes until the file is looked at again: the token must stay in force.
    Awaitility.await()
        .during(Duration.ofMillis(1_500))
        .atMost(Duration.ofSeconds(20))
        .until(() -> principal(tokens, "token-of-bob").isPresent());
    Files.move(directory.resolve("next"), file, StandardCopyOption.REPLACE_EXISTING);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> principal(tokens, "token-of-eve").isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ada ADMIN                                | line 1 has 2 words",
        "ada HASH ADMIN shop more                 | line 1 names no object",
        "ada HASH TASK_VIEWER a/b shop            | line 1 names no project",
        "ada HASH TASK_VIEWER cluster/            | line 1 names no object",
        "ada HASH TASK_VIEWER cluster/50%         | line 1 names an object with a %",
        "ada HASH ADMIN cluster/obdemo            | line 1 limits ADMIN to objects",
        "ada HASH WORKER cluster/obdemo           | line 1 limits WORKER to objects",
        "ada HASH ADMIN shop a/b more             | line 1 has 6 words",
        "-ada HASH ADMIN                          | line 1 begins with no principal",
        "ada s3cret ADMIN                         | line 1 its second word is no SHA-256",
        "ada HASH BOSS                            | line 1 names no role: expected one of [ADMIN,",
        "ada HASH ADMIN Shop                      | line 1 names no project",
        "w HASH WORKER shop                       | line 1 limits WORKER to projects",
        "# nobody                                 | holds no token",
      })
  void a_line_with_a_mistake_is_refused_with_its_place_and_never_shown(String line, String why) {
    assertThatThrownBy(() -> TokenFile.of(directory, line.replace("HASH", HASH) + "\n"))
        .isInstanceOf(TokensUnusable.class)
        .hasMessageContaining(why)
        .message()
        .doesNotContain("s3cret")
        .doesNotContain(HASH);
  }

  @Test
  void one_token_is_not_two_principals_and_a_file_must_be_there() {
    assertThatThrownBy(
            () -> TokenFile.of(directory, "ada " + HASH + " ADMIN\nbob " + HASH + " ADMIN\n"))
        .isInstanceOf(TokensUnusable.class)
        .hasMessageContaining("line 2 is the token of ada already");
    assertThatThrownBy(() -> Tokens.read(directory.resolve("nowhere")))
        .isInstanceOf(TokensUnusable.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void roles_permit_what_the_model_says() {
    assertThat(Role.ADMIN.permissions())
        .containsExactlyInAnyOrder(
            Permission.VIEW, Permission.RUN, Permission.EDIT, Permission.MANAGE);
    assertThat(Role.TASK_MANAGER.permissions())
        .containsExactlyInAnyOrder(Permission.VIEW, Permission.RUN, Permission.MANAGE);
    assertThat(Role.TASK_VIEWER.permissions()).containsExactly(Permission.VIEW);
    assertThat(Role.WORKER.permissions()).containsExactly(Permission.WORK);
    assertThat(Role.having(Permission.RUN)).isEqualTo("ADMIN or TASK_MANAGER");
  }
}
