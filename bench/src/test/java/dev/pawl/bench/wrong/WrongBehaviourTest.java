package dev.pawl.bench.wrong;

import static org.assertj.core.api.Assertions.assertThat;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullMarked
class WrongBehaviourTest {
  private static final ClassFileLocator CLASSES =
      ClassFileLocator.ForClassLoader.of(WrongBehaviourTest.class.getClassLoader());

  @ParameterizedTest
  @EnumSource
  void each_finds_the_one_method_that_it_rewrites(WrongBehaviour behaviour) {
    assertThat(type(behaviour).getDeclaredMethods().filter(behaviour.methods()))
        .as(behaviour.place())
        .hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void each_can_be_put_into_its_class(WrongBehaviour behaviour) {
    try (DynamicType.Unloaded<?> rewritten =
        new ByteBuddy()
            .redefine(type(behaviour), CLASSES)
            .visit(behaviour.rewriting())
            .make(TypePool.Default.of(CLASSES))) {
      assertThat(rewritten.getBytes()).isNotEmpty();
    }
  }

  private static TypeDescription type(WrongBehaviour behaviour) {
    return TypePool.Default.of(CLASSES).describe(behaviour.type()).resolve();
  }
}
