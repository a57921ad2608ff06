package dev.pawl.api.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SharedQuestionsTest {
  private final SharedQuestions<String, Integer> questions = new SharedQuestions<>();
  private final List<CompletableFuture<Integer>> asked = new ArrayList<>();

  private CompletableFuture<Integer> ask(String key) {
    return questions.ask(key, this::question).toCompletableFuture();
  }

  private CompletionStage<Integer> question() {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    asked.add(answer);
    return answer;
  }

  @Test
  void who_comes_while_a_question_is_on_its_way_shares_the_next() {
    CompletableFuture<Integer> first = ask("r");
    CompletableFuture<Integer> second = ask("r");
    CompletableFuture<Integer> third = ask("r");
    assertThat(asked).hasSize(1);

    asked.getFirst().complete(1);
    assertThat(first).isCompletedWithValue(1);
    assertThat(second).isNotDone();
    assertThat(asked).hasSize(2);

    asked.get(1).complete(2);
    assertThat(second).isCompletedWithValue(2);
    assertThat(third).isCompletedWithValue(2);
    assertThat(asked).hasSize(2);
  }

  @Test
  void what_was_answered_is_asked_anew() {
    CompletableFuture<Integer> first = ask("r");
    asked.getFirst().complete(1);
    CompletableFuture<Integer> second = ask("r");
    asked.get(1).complete(2);

    assertThat(first).isCompletedWithValue(1);
    assertThat(second).isCompletedWithValue(2);
  }

  @Test
  void a_failure_reaches_those_who_asked_and_nobody_else() {
    CompletableFuture<Integer> first = ask("r");
    CompletableFuture<Integer> second = ask("r");
    asked.getFirst().completeExceptionally(new IllegalStateException("no"));
    asked.get(1).complete(2);

    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedWithValue(2);
  }

  @Test
  void a_question_that_throws_is_a_failure_and_leaves_room_for_the_next() {
    CompletionStage<Integer> thrown =
        questions.ask(
            "r",
            () -> {
              throw new IllegalStateException("no");
            });
    assertThat(thrown.toCompletableFuture()).isCompletedExceptionally();

    CompletableFuture<Integer> next = ask("r");
    asked.getFirst().complete(1);
    assertThat(next).isCompletedWithValue(1);
  }

  @Test
  void different_questions_are_asked_apart() {
    ask("r");
    ask("s");

    assertThat(asked).hasSize(2);
  }
}
