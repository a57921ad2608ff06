package dev.pawl.api.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.Gateway;
import dev.pawl.client.PawlError;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.run.RunId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceNamesTest {
  @Test
  void names_are_read() {
    assertThat(ResourceNames.project("parent", "projects/shop")).isEqualTo("shop");
    assertThat(ResourceNames.definition("definition", "projects/shop/workflows/a.b-c"))
        .isEqualTo(new DefinitionId(DefinitionKind.WORKFLOW, "shop", "a.b-c"));
    assertThat(ResourceNames.definition("definition", "projects/shop/tasks/t"))
        .isEqualTo(new DefinitionId(DefinitionKind.TASK, "shop", "t"));
    assertThat(ResourceNames.execution("name", "projects/p/runs/abc/taskRuns/t/executions/12"))
        .isEqualTo(new ExecutionName(new StepName(new RunName("p", "abc"), "t"), 12));
    assertThat(ResourceNames.stepOrRun("parent", "projects/p/runs/abc"))
        .isEqualTo(new StepOrRunName(new RunName("p", "abc"), Optional.empty()));
  }

  @Test
  void a_whole_id_is_taken_at_its_word_in_either_case() {
    assertThat(ResourceNames.run("name", "projects/p/runs/01JD8Z4V7H3NQ5R6S7T8V9W0XY").exact())
        .contains(new RunId("01jd8z4v7h3nq5r6s7t8v9w0xy"));
    assertThat(ResourceNames.run("name", "projects/p/runs/9w0xy").exact()).isEmpty();
  }

  @Test
  void what_no_id_can_hold_is_well_formed_but_impossible() {
    assertThat(ResourceNames.run("name", "projects/p/runs/nosuchrun").possible()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shop",
        "projects/",
        "projects/Shop",
        "projects/shop/",
        "projects/shop/runs/x",
        "projects/../etc",
        "projects/a\u0000b",
        "projects/-a",
        "/projects/shop"
      })
  void a_malformed_project_is_refused_at_its_field(String text) {
    PawlError refusal = Gateway.refusal(() -> ResourceNames.project("parent", text));
    assertThat(refusal.reason()).contains("INVALID_FIELD");
    assertThat(refusal.fields()).hasSize(1);
    assertThat(refusal.fields().getFirst().path()).isEqualTo("parent");
    assertThat(refusal.message()).doesNotContain("\u0000");
  }

  @Test
  void a_name_of_10_000_characters_is_refused_in_few_words() {
    PawlError refusal =
        Gateway.refusal(() -> ResourceNames.run("name", "projects/p/runs/" + "x".repeat(10_000)));
    assertThat(refusal.reason()).contains("INVALID_FIELD");
    assertThat(refusal.message()).hasSizeLessThan(300);
  }
}
