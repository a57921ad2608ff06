package dev.pawl.definition;

import static dev.pawl.definition.Specs.fromOutput;
import static dev.pawl.definition.Specs.fromParameter;
import static dev.pawl.definition.Specs.mistakes;
import static dev.pawl.definition.Specs.number;
import static dev.pawl.definition.Specs.parameter;
import static dev.pawl.definition.Specs.task;
import static dev.pawl.definition.Specs.text;
import static dev.pawl.definition.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Value;
import dev.pawl.v1.LockSpec;
import dev.pawl.v1.Source;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.WorkflowSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a workflow may lock. */
class LockCheckTest {
  private static WorkflowSpec.Builder locking(Source.Builder key) {
    return workflow(task("a")).addLocks(LockSpec.newBuilder().setKey(key));
  }

  private static Source.Builder value(Value value) {
    return Source.newBuilder().setValue(value);
  }

  private static Value list(Value... values) {
    return Value.newBuilder()
        .setListValue(ListValue.newBuilder().addAllValues(List.of(values)))
        .build();
  }

  @Test
  void a_lock_is_global_or_has_a_key_from_a_value_or_a_parameter() {
    assertThat(
            mistakes(
                locking(value(text("z1")))
                    .addLocks(LockSpec.getDefaultInstance())
                    .addLocks(LockSpec.newBuilder().setScope("backup").setKey(value(number(7))))
                    .addLocks(LockSpec.newBuilder().setKey(value(list(text("a"), number(7)))))
                    .addLocks(LockSpec.newBuilder().setKey(fromParameter("zones")))
                    .addParameters(
                        parameter("zones", ValueType.VALUE_TYPE_LIST, list(text("z1"))))))
        .isEmpty();
  }

  @Test
  void a_key_comes_from_nothing_that_is_known_only_later() {
    assertThat(mistakes(locking(fromOutput("a.x").toBuilder())))
        .singleElement()
        .asString()
        .contains("locks[0].key.output", "before any task runs");
    assertThat(mistakes(locking(Source.newBuilder())))
        .singleElement()
        .asString()
        .contains("locks[0].key", "leave `key` out for a global lock");
    assertThat(
            mistakes(
                locking(fromParameter("zone").toBuilder())
                    .addParameters(parameter("zones", ValueType.VALUE_TYPE_STRING, text("z1")))))
        .singleElement()
        .asString()
        .contains("locks[0].key.parameter", "there is no parameter", "zones");
  }

  @ParameterizedTest
  @CsvSource({"VALUE_TYPE_NUMBER,0.5", "VALUE_TYPE_NUMBER,1"})
  void a_parameter_of_another_type_is_no_key(ValueType type, double value) {
    assertThat(
            mistakes(
                locking(fromParameter("n").toBuilder())
                    .addParameters(parameter("n", type, number(value)))))
        .singleElement()
        .asString()
        .contains("is a NUMBER", "STRING, an INTEGER or a LIST");
  }

  @Test
  void keys_are_plain_text_within_limits() {
    assertThat(mistakes(locking(value(text("k".repeat(256)))))).isEmpty();
    assertThat(mistakes(locking(value(text("k".repeat(257))))))
        .singleElement()
        .asString()
        .contains("locks[0].key.value", "257 characters", "at most 256");
    assertThat(mistakes(locking(value(text(" ")))))
        .singleElement()
        .asString()
        .contains("empty key");
    assertThat(mistakes(locking(value(text("a\nb")))))
        .singleElement()
        .asString()
        .contains("U+000A");
    assertThat(mistakes(locking(value(number(0.5))))).singleElement().asString().contains("no key");
    assertThat(mistakes(locking(value(list())))).singleElement().asString().contains("empty list");
    assertThat(mistakes(locking(value(list(text("a"), number(0.5))))))
        .singleElement()
        .asString()
        .contains("element 1", "no key");
    Value[] many = IntStream.range(0, 65).mapToObj(i -> text("k" + i)).toArray(Value[]::new);
    assertThat(mistakes(locking(value(list(many)))))
        .singleElement()
        .asString()
        .contains("65 elements", "at most 64");
    WorkflowSpec.Builder workflow = workflow(task("a"));
    for (Value key : many) {
      workflow.addLocks(LockSpec.newBuilder().setKey(value(key)));
    }
    assertThat(mistakes(workflow)).singleElement().asString().contains("locks", "has 65");
  }

  @Test
  void a_scope_is_a_name() {
    assertThat(
            mistakes(workflow(task("a")).addLocks(LockSpec.newBuilder().setScope("Main tenance"))))
        .singleElement()
        .asString()
        .contains("locks[0].scope", "is not a name");
  }
}
