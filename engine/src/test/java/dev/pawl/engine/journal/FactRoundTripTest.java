package dev.pawl.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.ValueType;
import java.io.NotSerializableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any fact that can be made comes back from the journal as it was. */
class FactRoundTripTest {
  // Those that runs and executions both have.
  private static final List<String> STATES =
      List.of("", "RUNNING", "TERMINATING", "SUCCEEDED", "FAILED", "TERMINATED");

  @ParameterizedTest
  @ValueSource(
      classes = {
        dev.pawl.engine.definition.DefinitionFact.class,
        dev.pawl.engine.run.RunFact.class,
        dev.pawl.engine.execution.ExecutionFact.class,
        dev.pawl.engine.operation.OperationFact.class,
        dev.pawl.engine.lock.LockFact.class
      })
  void a_fact_comes_back_as_it_was(Class<? extends Fact> kind) throws Exception {
    for (int seed = 0; seed < 400; seed++) {
      Fact fact = (Fact) new AnyFact(seed).make(kind, "");
      assertComesBack(fact, seed);
    }
  }

  private static void assertComesBack(Fact fact, int seed) throws NotSerializableException {
    FactSerializer<?> serializer = SampleFacts.serializerOf(fact);
    byte[] bytes = serializer.toBinary(fact);
    Object back = serializer.fromBinary(bytes, serializer.manifest(fact));
    assertThat(back).as("seed %d", seed).isEqualTo(fact);
    assertThat(serializer.toBinary(back)).as("bytes of seed %d", seed).isEqualTo(bytes);
  }

  /** Makes a random instance of any record of the model, by its components. */
  private static final class AnyFact {
    private final Random random;
    // A run's beginning is its first fact's time, stored once.
    private final Instant at;

    AnyFact(long seed) {
      random = new Random(seed);
      at = instant();
    }

    Object make(Type type, String name) throws ReflectiveOperationException {
      if (type instanceof ParameterizedType generic) {
        return makeGeneric(generic, name);
      }
      Class<?> kind = (Class<?>) type;
      if (kind == String.class) {
        return text(name);
      } else if (kind == long.class) {
        return random.nextLong(1L << random.nextInt(1, 62));
      } else if (kind == int.class || kind == Integer.class) {
        return random.nextInt(1 << random.nextInt(1, 30));
      } else if (kind == boolean.class) {
        return random.nextBoolean();
      } else if (kind == Instant.class) {
        return name.equals("at") || name.equals("createdAt") ? at : instant();
      } else if (kind == OptionalInt.class) {
        return random.nextBoolean() ? OptionalInt.of(random.nextInt(10)) : OptionalInt.empty();
      } else if (kind == Value.class) {
        return value();
      } else if (kind == Struct.class) {
        return random.nextBoolean() ? struct() : Struct.getDefaultInstance();
      } else if (kind == Payload.Stored.class) {
        return new Payload.Stored(hash(), random.nextInt(1 << 20), any(ValueType.values()));
      } else if (kind == Rights.class) {
        // They are not stored: what is stored was allowed.
        return Rights.CHECKED;
      } else if (kind == DefinitionId.class) {
        return new DefinitionId(any(DefinitionKind.values()), "p", text(""));
      } else if (kind.isEnum()) {
        return any(kind.getEnumConstants());
      } else if (kind.isSealed() && kind.isInterface()) {
        return make(any(kind.getPermittedSubclasses()), name);
      }
      return makeRecord(kind);
    }

    private Object makeRecord(Class<?> kind) throws ReflectiveOperationException {
      RecordComponent[] components = kind.getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] = make(components[i].getGenericType(), components[i].getName());
      }
      try {
        var constructor = kind.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
      } catch (InvocationTargetException e) {
        throw new IllegalStateException("cannot make a " + kind, e);
      }
    }

    private Object makeGeneric(ParameterizedType type, String name)
        throws ReflectiveOperationException {
      Type[] of = type.getActualTypeArguments();
      if (type.getRawType() == Optional.class) {
        return random.nextBoolean() ? Optional.of(make(of[0], name)) : Optional.empty();
      } else if (type.getRawType() == List.class) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(make(of[0], name));
        }
        return list;
      }
      Map<Object, Object> map = new HashMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        map.put(make(of[0], ""), make(of[1], ""));
      }
      return map;
    }

    private String text(String name) {
      return switch (name) {
        case "bodyHash", "hash", "definitionHash" -> hash();
        case "before", "after" -> any(STATES.toArray(String[]::new));
        default -> random.nextInt(8) == 0 ? "" : "ü" + Long.toString(random.nextLong(), 36);
      };
    }

    private String hash() {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      return HexFormat.of().formatHex(bytes);
    }

    private Instant instant() {
      return Instant.EPOCH.plusNanos(random.nextLong(1L << 61) / 1000 * 1000);
    }

    private Value value() {
      return switch (random.nextInt(3)) {
        case 0 -> Value.newBuilder().setNumberValue(random.nextDouble()).build();
        case 1 -> Value.newBuilder().setStringValue(text("")).build();
        default -> Value.newBuilder().setStructValue(struct()).build();
      };
    }

    private Struct struct() {
      return Struct.newBuilder().putFields("z", value()).putFields("a", value()).build();
    }

    private <T> T any(T[] all) {
      return all[random.nextInt(all.length)];
    }
  }
}
