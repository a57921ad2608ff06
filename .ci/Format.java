import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Formats Java sources with google-java-format, or lists those that are not formatted.
 *
 * <p>Run from source on a JDK 25 ({@code .ci/format} and {@code mvn verify} do): the formatter
 * reads sources with the compiler of the JDK it runs on, and Maven's own may not know the newest
 * syntax.
 */
final class Format {
  private Format() {}

  public static void main(String[] args) throws IOException {
    boolean apply = args[0].equals("apply");
    List<Path> unformatted = new ArrayList<>();
    boolean broken = false;
    for (Path source : sourcesUnder(List.of(args).subList(1, args.length))) {
      String before = Files.readString(source);
      try {
        String after = new Formatter().formatSourceAndFixImports(before);
        if (!after.equals(before)) {
          unformatted.add(source);
          if (apply) {
            Files.writeString(source, after);
          }
        }
      } catch (FormatterException e) {
        System.err.println(source + " cannot be parsed: " + e.getMessage());
        broken = true;
      }
    }
    if (apply) {
      unformatted.forEach(source -> System.err.println("formatted " + source));
    } else if (!unformatted.isEmpty()) {
      System.err.println("These sources are not formatted; run `.ci/format` and commit again:");
      unformatted.forEach(source -> System.err.println("  " + source));
    }
    System.exit(broken || (!apply && !unformatted.isEmpty()) ? 1 : 0);
  }

  private static List<Path> sourcesUnder(List<String> roots) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String root : roots) {
      if (Files.exists(Path.of(root))) {
        try (Stream<Path> found = Files.walk(Path.of(root))) {
          found
              .filter(path -> path.toString().endsWith(".java"))
              .filter(path -> !path.toString().contains("/target/"))
              .sorted()
              .forEach(sources::add);
        }
      }
    }
    return sources;
  }
}
