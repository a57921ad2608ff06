package dev.pawl.api.access;

import dev.pawl.engine.access.ObjectName;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a tokens file: a line for each token, or several for one that has other roles elsewhere.
 *
 * <pre>
 * # principal  SHA-256 of the token, in hexadecimal  roles         projects   objects (all when left out)
 * ada          9f86d081884c7d65...                   ADMIN
 * bob          60303ae22b998861...                   TASK_MANAGER  shop,bank
 * cat          fd61a03af4f77d87...                   TASK_MANAGER  shop       cluster/obdemo,host/h1
 * </pre>
 *
 * <p>Objects may stand without projects: they have a slash, and projects have none.
 */
final class TokenLines {
  /** Every token is compared with every caller's. */
  private static final int MOST = 1_000;

  /** They travel with each command. */
  private static final int MOST_OBJECTS = 100;

  private static final Pattern PRINCIPAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/+-]{0,127}");
  private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final Pattern OBJECT = Pattern.compile("([a-z0-9][a-z0-9._-]{0,62})/(.+)");

  private final Path file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private record Entry(String principal, List<Grant> grants) {}

  private TokenLines(Path file) {
    this.file = file;
  }

  /** The identities by the hashes of their tokens. */
  static List<Tokens.Known> read(Path file, List<String> lines) throws TokensUnusable {
    TokenLines reader = new TokenLines(file);
    for (int i = 0; i < lines.size(); i++) {
      reader.line(i + 1, lines.get(i));
    }
    if (reader.entries.isEmpty()) {
      throw new TokensUnusable(
          "the tokens file %s holds no token: nobody could call; add a line, or take the setting out"
              .formatted(file));
    }
    List<Tokens.Known> known = new ArrayList<>();
    reader.entries.forEach(
        (hash, entry) ->
            known.add(
                new Tokens.Known(
                    HexFormat.of().parseHex(hash),
                    new Identity(entry.principal(), new Grants(entry.grants())))));
    return known;
  }

  private void line(int number, String line) throws TokensUnusable {
    String text = line.strip();
    if (text.isEmpty() || text.startsWith("#")) {
      return;
    }
    String[] words = text.split("\\s+", -1);
    if (words.length < 3 || words.length > 5) {
      throw wrong(
          number,
          "has %d words; expected PRINCIPAL SHA-256 ROLES [PROJECTS] [OBJECTS]",
          words.length);
    }
    if (!PRINCIPAL.matcher(words[0]).matches()) {
      throw wrong(
          number,
          "begins with no principal: 1 to 128 of A-Z a-z 0-9 . _ @ : / + -, beginning with a letter"
              + " or digit");
    }
    if (!HASH.matcher(words[1]).matches()) {
      // Perhaps the token itself: it must not be repeated.
      throw wrong(
          number,
          "its second word is no SHA-256 in hexadecimal (64 digits); make one with: printf %%s"
              + " \"$TOKEN\" | sha256sum");
    }
    boolean named = words.length > 3 && !(words.length == 4 && words[3].contains("/"));
    Set<String> projects = named ? projects(number, words[3]) : Set.of();
    int behind = named ? 4 : 3;
    Set<ObjectName> objects = words.length > behind ? objects(number, words[behind]) : Set.of();
    String hash = words[1].toLowerCase(Locale.ROOT);
    Entry entry = entries.computeIfAbsent(hash, _ -> new Entry(words[0], new ArrayList<>()));
    if (!entry.principal().equals(words[0])) {
      throw wrong(number, "is the token of %s already", entry.principal());
    }
    if (entries.size() > MOST) {
      throw wrong(number, "is one token too many: at most %,d", MOST);
    }
    for (String name : words[2].split(",", -1)) {
      entry.grants().add(new Grant(role(number, name, projects, objects), projects, objects));
    }
    if (entry.grants().stream().mapToInt(grant -> grant.objects().size()).sum() > MOST_OBJECTS) {
      throw wrong(number, "is one object too many of this token: at most %d", MOST_OBJECTS);
    }
  }

  private Role role(int number, String name, Set<String> projects, Set<ObjectName> objects)
      throws TokensUnusable {
    for (Role role : Role.values()) {
      if (role.name().equals(name)) {
        if (role == Role.WORKER && !projects.isEmpty()) {
          throw wrong(number, "limits WORKER to projects; a worker serves all of them");
        }
        if ((role == Role.WORKER || role == Role.ADMIN) && !objects.isEmpty()) {
          throw wrong(
              number, "limits %s to objects; only TASK_MANAGER and TASK_VIEWER can be", role);
        }
        return role;
      }
    }
    throw wrong(number, "names no role: expected one of %s", Arrays.toString(Role.values()));
  }

  private Set<String> projects(int number, String word) throws TokensUnusable {
    Set<String> projects = new HashSet<>();
    for (String project : word.split(",", -1)) {
      if (!PROJECT.matcher(project).matches()) {
        throw wrong(
            number,
            "names no project: 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit, with"
                + " commas between several");
      }
      projects.add(project);
    }
    return projects;
  }

  private Set<ObjectName> objects(int number, String word) throws TokensUnusable {
    Set<ObjectName> objects = new HashSet<>();
    for (String object : word.split(",", -1)) {
      Matcher parts = OBJECT.matcher(object);
      if (!parts.matches()) {
        throw wrong(
            number,
            "names no object: KIND/NAME such as cluster/obdemo, with commas between several");
      }
      objects.add(new ObjectName(parts.group(1), decoded(number, parts.group(2))));
    }
    return objects;
  }

  /** Names are any text: what would end the word is written as %20, %2C. */
  private String decoded(int number, String name) throws TokensUnusable {
    try {
      return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrong(number, "names an object with a %% that no two hexadecimal digits follow");
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // A private one, called below each check.
  private TokensUnusable wrong(int number, String why, Object... values) {
    return new TokensUnusable(
        "the tokens file %s cannot be used: line %d %s"
            .formatted(file, number, why.formatted(values)));
  }
}
