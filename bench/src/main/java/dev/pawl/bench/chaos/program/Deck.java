package dev.pawl.bench.chaos.program;

import dev.pawl.bench.chaos.program.Operation.Expectation;
import dev.pawl.bench.chaos.program.Operation.StepVerb;
import dev.pawl.bench.chaos.program.Operation.Verb;
import java.util.ArrayList;
import java.util.List;

/** The operations of one client, one after the other: the same number deals the same ones. */
public final class Deck {
  private final Dice dice;
  private final int programs;
  private final List<Kind> cards = new ArrayList<>();

  private enum Kind {
    SUBMIT(5),
    START(22),
    START_AND_PAUSE(6),
    CONTINUE_AND_PAUSE(5),
    PAUSE(7),
    FORCED_PAUSE(4),
    PAUSE_FOR(3),
    CONTINUE(12),
    STOP(4),
    RETRY(6),
    ROLLBACK(4),
    PASS(1),
    REDO(2),
    STEP(10),
    STEP_OF_ENDED(6),
    CLASH(5),
    REPEAT(5),
    REUSE(2),
    READ(17),
    LIST(10),
    AWAIT(5);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  /**
   * @param client which of the clients it is for
   * @param programs how many there are
   */
  public Deck(long number, int client, int programs) {
    this.dice = Dice.of(number, "deck", client);
    this.programs = programs;
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < kind.weight; i++) {
        cards.add(kind);
      }
    }
  }

  public Operation next() {
    return switch (dice.pick(cards)) {
      case SUBMIT ->
          new Operation.Submit(
              dice.between(0, programs - 1), dice.chance(40) ? 0 : dice.between(1, 3), expected());
      case START -> new Operation.Start(dice.between(0, programs - 1), dice.chance(4));
      case START_AND_PAUSE -> new Operation.StartAndPause(dice.between(0, programs - 1));
      case CONTINUE_AND_PAUSE -> new Operation.ContinueAndPause(dice.fraction());
      case PAUSE -> new Operation.Order(Verb.PAUSE, dice.fraction(), expected());
      case FORCED_PAUSE -> new Operation.Order(Verb.FORCED_PAUSE, dice.fraction(), expected());
      case PAUSE_FOR ->
          new Operation.PauseFor(
              dice.chance(60) ? Verb.PAUSE : Verb.FORCED_PAUSE,
              dice.fraction(),
              dice.between(500, 6_000));
      case RETRY -> new Operation.Order(Verb.RETRY, dice.fraction(), expected());
      case ROLLBACK -> new Operation.Order(Verb.ROLLBACK, dice.fraction(), expected());
      case PASS -> new Operation.Order(Verb.PASS, dice.fraction(), expected());
      case REDO -> new Operation.Order(Verb.REDO, dice.fraction(), expected());
      case STEP -> step(false);
      case STEP_OF_ENDED -> step(true);
      case CONTINUE -> new Operation.Order(Verb.CONTINUE, dice.fraction(), expected());
      case STOP -> new Operation.Order(Verb.STOP, dice.fraction(), expected());
      case CLASH -> new Operation.Clash(dice.pick(List.of(Verb.values())));
      case REPEAT -> new Operation.Repeat(dice.fraction());
      case REUSE -> new Operation.Reuse(dice.fraction());
      case READ -> new Operation.Read(dice.fraction());
      case LIST -> new Operation.ListNewest();
      case AWAIT -> new Operation.Await(dice.fraction());
    };
  }

  private Operation step(boolean ended) {
    return new Operation.OrderStep(
        dice.pick(List.of(StepVerb.values())), dice.fraction(), dice.fraction(), ended, expected());
  }

  private Expectation expected() {
    int face = dice.between(1, 100);
    return face <= 70 ? Expectation.NONE : face <= 92 ? Expectation.KNOWN : Expectation.WRONG;
  }
}
