package dev.pawl.bench.wrong;

import static net.bytebuddy.matcher.ElementMatchers.named;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Switches one wrong behaviour on in the process that it is attached to, so that the product's code
 * holds no word of it. The class concerned is rewritten when it is loaded; a node that cannot be
 * made wrong ends at once.
 */
@NullMarked
public final class WrongAgent {
  /** The behaviour of a node that the agent leaves as it is. */
  public static final String NONE = "NONE";

  /** What a node says, with the name of the behaviour, once its class is rewritten. */
  public static final String REWRITTEN = "made wrong: ";

  /** What a node says once it has done something wrong. */
  public static final String DID = Deeds.SAYING;

  private static final int CANNOT = 70;

  private WrongAgent() {}

  /** Called by the JVM before the node's own main, with the name of a behaviour. */
  public static void premain(String name, Instrumentation instrumentation) {
    if (name.equals(NONE)) {
      System.out.println(REWRITTEN + NONE);
      return;
    }
    WrongBehaviour behaviour = WrongBehaviour.valueOf(name);
    new AgentBuilder.Default()
        .disableClassFormatChanges()
        .with(new Failures())
        .type(named(behaviour.type()))
        .transform(
            (builder, _, _, _, _) -> {
              System.out.println(REWRITTEN + behaviour);
              return builder.visit(behaviour.rewriting());
            })
        .installOn(instrumentation);
  }

  private static final class Failures extends AgentBuilder.Listener.Adapter {
    @Override
    public void onError(
        String type,
        @Nullable ClassLoader loader,
        @Nullable JavaModule module,
        boolean loaded,
        Throwable failure) {
      System.out.println("cannot be made wrong: " + type);
      failure.printStackTrace(System.out);
      Runtime.getRuntime().halt(CANNOT);
    }
  }

  /**
   * The JVM option that switches a behaviour on.
   *
   * @param directory where a jar is written that names this class, which is on the node's class
   *     path
   * @param name of a behaviour, or {@link #NONE}
   */
  public static String option(Path directory, String name) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(new Attributes.Name("Premain-Class"), WrongAgent.class.getName());
    Path jar = directory.resolve("wrong-agent.jar");
    try (OutputStream file = Files.newOutputStream(jar)) {
      new JarOutputStream(file, manifest).close();
    }
    return "-javaagent:%s=%s".formatted(jar, name);
  }
}
