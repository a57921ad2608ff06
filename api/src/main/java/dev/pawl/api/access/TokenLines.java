package dev.pawl.api.access;

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
import java.util.regex.Pattern;

/**
 * Reads a tokens file: a line for each token, or several for one that has other roles elsewhere.
 *
 * <pre>
 * # principal  SHA-256 of the token, in hexadecimal  roles         projects (all when left out)
 * ada          9f86d081884c7d65...                   ADMIN
 * bob          60303ae22b998861...                   TASK_MANAGER  shop,bank
 * </pre>
 */
final class TokenLines {
  /** Every token is compared with every caller's. */
  private static final int MOST = 1_000;

  private static final Pattern PRINCIPAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/+-]{0,127}");
  private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

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
    if (words.length < 3 || words.length > 4) {
      throw wrong(
          number, "has %d words; expected PRINCIPAL SHA-256 ROLES [PROJECTS]", words.length);
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
    Set<String> projects = words.length == 4 ? projects(number, words[3]) : Set.of();
    String hash = words[1].toLowerCase(Locale.ROOT);
    Entry entry = entries.computeIfAbsent(hash, _ -> new Entry(words[0], new ArrayList<>()));
    if (!entry.principal().equals(words[0])) {
      throw wrong(number, "is the token of %s already", entry.principal());
    }
    if (entries.size() > MOST) {
      throw wrong(number, "is one token too many: at most %,d", MOST);
    }
    for (String name : words[2].split(",", -1)) {
      entry.grants().add(new Grant(role(number, name, projects), projects));
    }
  }

  private Role role(int number, String name, Set<String> projects) throws TokensUnusable {
    for (Role role : Role.values()) {
      if (role.name().equals(name)) {
        if (role == Role.WORKER && !projects.isEmpty()) {
          throw wrong(number, "limits WORKER to projects; a worker serves all of them");
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

  @SuppressWarnings("AnnotateFormatMethod") // A private one, called below each check.
  private TokensUnusable wrong(int number, String why, Object... values) {
    return new TokensUnusable(
        "the tokens file %s cannot be used: line %d %s"
            .formatted(file, number, why.formatted(values)));
  }
}
