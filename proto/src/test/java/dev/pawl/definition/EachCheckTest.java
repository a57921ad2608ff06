package dev.pawl.definition;

import static dev.pawl.definition.Specs.fromOutput;
import static dev.pawl.definition.Specs.fromParameter;
import static dev.pawl.definition.Specs.mistakes;
import static dev.pawl.definition.Specs.parameter;
import static dev.pawl.definition.Specs.task;
import static dev.pawl.definition.Specs.text;
import static dev.pawl.definition.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Value;
import dev.pawl.v1.Each;
import dev.pawl.v1.Source;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.WorkflowSpec;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task may be split over. */
class EachCheckTest {
  private static WorkflowSpec.Builder over(Each.Builder each) {
    return workflow(task("a").setEach(each));
  }

  private static Each.Builder over(Source.Builder source) {
    return Each.newBuilder().setOver(source);
  }

  private static Source.Builder list(List<Value> values) {
    return Source.newBuilder()
        .setValue(Value.newBuilder().setListValue(ListValue.newBuilder().addAllValues(values)));
  }

  private static Source.Builder list(int size) {
    return list(Collections.nCopies(size, text("z")));
  }

  private static Source.Builder zones() {
    return fromParameter("zones").toBuilder();
  }

  @Test
  void a_list_or_a_parameter_that_is_one_is_right() {
    assertThat(mistakes(over(over(list(1_000)).setParallel(1_000)))).isEmpty();
    assertThat(
            mistakes(
                over(over(zones()).setParallel(1))
                    .addParameters(
                        parameter("zones", ValueType.VALUE_TYPE_LIST, list(2).getValue()))))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1_001})
  void a_list_has_between_one_and_a_thousand_elements(int size) {
    assertThat(mistakes(over(over(list(size)))))
        .singleElement()
        .asString()
        .startsWith("tasks[0].each.over.value: has ")
        .endsWith("; a task is split over 1 to 1,000");
    assertThat(
            mistakes(
                over(over(zones()))
                    .addParameters(
                        parameter("zones", ValueType.VALUE_TYPE_LIST, list(size).getValue()))))
        .singleElement()
        .asString()
        .startsWith("tasks[0].each.over.parameter: has ");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1_001})
  void the_limit_is_between_one_and_a_thousand(int parallel) {
    assertThat(mistakes(over(over(list(2)).setParallel(parallel))))
        .singleElement()
        .asString()
        .startsWith("tasks[0].each.parallel: is ")
        .contains("give 1 to 1,000");
  }

  @Test
  void what_is_no_list_or_not_known_when_a_run_starts_is_refused() {
    assertThat(mistakes(over(over(Source.newBuilder().setValue(text("z1"))))))
        .containsExactly("tasks[0].each.over.value: must be a list");
    assertThat(mistakes(over(over(fromOutput("a.x").toBuilder()))))
        .containsExactly(
            "tasks[0].each.over.output: what a run is split into is fixed when it starts; use a"
                + " value or a parameter");
    assertThat(mistakes(over(Each.newBuilder())))
        .containsExactly(
            "tasks[0].each.over: is missing: give a value or a parameter of type LIST");
    assertThat(mistakes(over(over(Source.newBuilder()))))
        .containsExactly("tasks[0].each.over: has no source: give exactly one of value, parameter");
    assertThat(
            mistakes(
                over(over(zones()))
                    .addParameters(parameter("zones", ValueType.VALUE_TYPE_STRING, text("z1")))))
        .containsExactly(
            "tasks[0].each.over.parameter: parameter \"zones\" is of type STRING; a task is split"
                + " over a LIST");
    assertThat(
            mistakes(
                over(over(fromParameter("zone").toBuilder()))
                    .addParameters(
                        parameter("zones", ValueType.VALUE_TYPE_LIST, list(1).getValue()))))
        .singleElement()
        .asString()
        .contains("tasks[0].each.over.parameter: there is no parameter \"zone\"", "zones");
  }

  @Test
  void the_name_of_the_element_is_taken() {
    assertThat(
            mistakes(
                workflow(
                    task("a")
                        .setEach(over(list(2)))
                        .putInputs("item", Source.newBuilder().setValue(text("x")).build()))))
        .singleElement()
        .asString()
        .startsWith("tasks[0].inputs")
        .contains("handed its element by this name");
  }
}
