package dev.pawl.api.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text format of Prometheus, read strictly: what is no comment and no sample is a mistake. */
public final class Scrape {
  private static final Pattern COMMENT =
      Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"([^\"]*)\",?");

  private final Map<String, Family> families = new TreeMap<>();
  private final Map<String, Double> values = new LinkedHashMap<>();

  /** Scrape of one name. */
  static final class Family {
    String help = "";
    String type = "";
    final TreeSet<String> labels = new TreeSet<>();
  }

  private Scrape() {}

  public static Scrape parse(String text) {
    Scrape scrape = new Scrape();
    for (String line : text.lines().toList()) {
      Matcher comment = COMMENT.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (comment.matches()) {
        Family family = scrape.families.computeIfAbsent(comment.group(2), _ -> new Family());
        if (comment.group(1).equals("HELP")) {
          family.help = comment.group(3);
        } else {
          family.type = comment.group(3);
        }
      } else if (sample.matches()) {
        scrape.add(sample.group(1), sample.group(2) == null ? "" : sample.group(2), sample);
      } else {
        throw new IllegalArgumentException("no line of the Prometheus text format: " + line);
      }
    }
    return scrape;
  }

  private void add(String name, String labels, Matcher sample) {
    Family family = family(name);
    Matcher label = LABEL.matcher(labels);
    while (label.find()) {
      family.labels.add(label.group(1));
    }
    double value =
        switch (sample.group(3)) {
          case "NaN" -> Double.NaN;
          case "+Inf" -> Double.POSITIVE_INFINITY;
          default -> Double.parseDouble(sample.group(3));
        };
    values.put(name + (labels.isEmpty() ? "" : "{" + labels + "}"), value);
  }

  /** Parts of a histogram or summary have its name with an ending. */
  private Family family(String name) {
    for (String ending : List.of("", "_bucket", "_count", "_sum")) {
      Family family = families.get(name.substring(0, Math.max(0, name.length() - ending.length())));
      if (name.endsWith(ending) && family != null) {
        return family;
      }
    }
    throw new IllegalArgumentException(name + " has no TYPE before it");
  }

  /** By name. */
  Map<String, Family> families() {
    return families;
  }

  /** The value of a sample, by its name with its labels as they are written. */
  public double value(String sample) {
    Double value = values.get(sample);
    if (value == null) {
      throw new AssertionError("no sample " + sample + " among " + values.keySet());
    }
    return value;
  }

  boolean has(String sample) {
    return values.containsKey(sample);
  }
}
