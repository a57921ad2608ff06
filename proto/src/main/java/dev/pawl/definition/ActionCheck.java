package dev.pawl.definition;

import com.google.protobuf.Duration;
import dev.pawl.v1.Action;
import dev.pawl.v1.ExponentialBackoff;
import dev.pawl.v1.HttpAction;
import dev.pawl.v1.Retry;
import dev.pawl.v1.RunAction;
import dev.pawl.v1.ShellAction;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules of what a task does and how often. */
final class ActionCheck {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern SPACE = Pattern.compile("\\s");
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** Headers that the runner sets itself. */
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "pawl-execution",
          "pawl-fence",
          "connection",
          "content-length",
          "expect",
          "host",
          "upgrade");

  private static final long MAX_BACKOFF = 600 * Durations.SECOND;

  private final Findings findings;

  ActionCheck(Findings findings) {
    this.findings = findings;
  }

  void check(FieldPath path, Action action, PlaceholderCheck placeholders) {
    switch (action.getRunnerCase()) {
      case SHELL -> checkShell(path.field("shell"), action.getShell());
      case HTTP -> checkHttp(path.field("http"), action.getHttp(), placeholders);
      case JAVA -> checkHandler(path.field("java").field("handler"), action.getJava().getHandler());
      case NOOP -> {
        if (action.getNoop().hasDuration()) {
          duration(
              path.field("noop").field("duration"),
              action.getNoop().getDuration(),
              0,
              Durations.YEAR);
        }
      }
      case RUN -> checkRun(path.field("run"), action.getRun());
      case SQL -> findings.unsupported(path.field("sql"), "sql", Feature.SQL);
      case RUNNER_NOT_SET ->
          findings.add(path, "has no runner: give exactly one of shell, http, java, noop, run");
    }
    if (action.hasTimeout()) {
      duration(path.field("timeout"), action.getTimeout(), Durations.SECOND, Durations.YEAR);
    }
    if (action.hasGrace()) {
      duration(path.field("grace"), action.getGrace(), 0, Durations.HOUR);
    }
  }

  private void checkShell(FieldPath path, ShellAction shell) {
    if (shell.getScript().isBlank()) {
      findings.add(path.field("script"), "is empty: give the commands to run");
    }
    checkNoNul(path.field("script"), shell.getScript());
    for (int i = 0; i < shell.getInterpreterCount(); i++) {
      FieldPath argument = path.field("interpreter").index(i);
      if (i == 0 && shell.getInterpreter(0).isBlank()) {
        findings.add(argument, "is empty: give a program such as \"/bin/bash\"");
      }
      checkNoNul(argument, shell.getInterpreter(i));
    }
    shell
        .getEnvironmentMap()
        .forEach(
            (name, value) -> {
              FieldPath variable = path.field("environment").key(name);
              if (!VARIABLE.matcher(name).matches()) {
                findings.add(
                    variable,
                    "%s is not the name of an environment variable: use A-Z a-z 0-9 _ and no digit first"
                        .formatted(Texts.quote(name)));
              } else if (name.toUpperCase(Locale.ROOT).startsWith("PAWL_")) {
                findings.add(variable, "names that begin with PAWL_ are set by the worker");
              }
              checkNoNul(variable, value);
            });
  }

  private void checkNoNul(FieldPath path, String text) {
    if (text.indexOf('\0') >= 0) {
      findings.add(path, "holds the control character U+0000");
    }
  }

  private void checkHttp(FieldPath path, HttpAction http, PlaceholderCheck placeholders) {
    String method = http.getMethod();
    if (!method.isEmpty() && !METHODS.contains(method)) {
      findings.add(
          path.field("method"),
          "%s is not one of %s".formatted(Texts.quote(method), String.join(", ", METHODS)),
          () -> Suggestions.nearest(method.toUpperCase(Locale.ROOT), METHODS));
    }
    urlFault(http.getUrl()).ifPresent(fault -> findings.add(path.field("url"), fault));
    placeholders.check(path.field("url"), http.getUrl());
    http.getHeadersMap()
        .forEach(
            (name, value) -> {
              FieldPath header = path.field("headers").key(name);
              if (!HEADER.matcher(name).matches()) {
                findings.add(header, "%s is not the name of a header".formatted(Texts.quote(name)));
              } else if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                findings.add(header, "is set by the runner; leave it out");
              }
              Texts.control(value).ifPresent(control -> findings.add(header, "holds " + control));
              placeholders.check(header, value);
            });
    placeholders.check(path.field("body"), http.getBody());
    for (int i = 0; i < http.getExpectedStatusCount(); i++) {
      int status = http.getExpectedStatus(i);
      if (status < 100 || status > 599) {
        findings.add(
            path.field("expectedStatus").index(i),
            "is %d; a status is 100 to 599".formatted(status));
      }
    }
  }

  /** Never repeats the URL: what is wrong with it may be the password in it. */
  private static Optional<String> urlFault(String url) {
    if (url.isEmpty()) {
      return Optional.of("is missing: give a URL such as \"https://example.org/health\"");
    }
    // As long as what it stands for, so that a fault is told where it is.
    String plain = Placeholder.replace(url, one -> "x".repeat(one.toString().length()));
    URI uri;
    try {
      uri = new URI(plain);
    } catch (URISyntaxException e) {
      return Optional.of(
          "is not a URL: %s at character %d".formatted(e.getReason(), e.getIndex() + 1));
    }
    String scheme = uri.getScheme();
    if (scheme == null || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))) {
      return Optional.of("must begin with http:// or https://");
    }
    String authority = uri.getRawAuthority();
    if (authority != null && authority.indexOf('@') >= 0) {
      return Optional.of("holds user information; send credentials in a header");
    }
    if (uri.getHost() == null) {
      return Optional.of("names no host");
    }
    String begin = scheme + "://" + authority;
    return url.startsWith(begin)
        ? Optional.empty()
        : Optional.of("has a placeholder before its path; the host is said in the definition");
  }

  private void checkHandler(FieldPath path, String handler) {
    if (handler.isBlank()) {
      findings.add(path, "is missing: give the name that the worker registered the handler by");
    } else if (SPACE.matcher(handler).find()) {
      findings.add(path, "%s holds white space".formatted(Texts.quote(handler)));
    } else {
      Texts.checkText(findings, path, handler);
    }
  }

  private void checkRun(FieldPath path, RunAction run) {
    if (run.getWorkflow().isEmpty()) {
      findings.add(path.field("workflow"), "is missing: give the workflow of this project to run");
    } else {
      Texts.checkName(findings, path.field("workflow"), run.getWorkflow());
    }
    if (run.hasVersion() && run.getVersion() < 1) {
      findings.add(path.field("version"), "is %d; versions begin at 1".formatted(run.getVersion()));
    }
  }

  void checkRetry(FieldPath path, Retry retry) {
    if (retry.getMaxAttempts() < 1 || retry.getMaxAttempts() > 1_000) {
      findings.add(
          path.field("maxAttempts"),
          "is %d; give 1 to 1,000, the first attempt included".formatted(retry.getMaxAttempts()));
    }
    switch (retry.getBackoffCase()) {
      case FIXED ->
          required(
              path.field("fixed").field("interval"),
              retry.getFixed().hasInterval(),
              retry.getFixed().getInterval());
      case EXPONENTIAL -> checkExponential(path.field("exponential"), retry.getExponential());
      case BACKOFF_NOT_SET -> {}
    }
  }

  private void checkExponential(FieldPath path, ExponentialBackoff backoff) {
    required(path.field("initial"), backoff.hasInitial(), backoff.getInitial());
    if (backoff.hasFactor() && !(backoff.getFactor() >= 1 && backoff.getFactor() <= 100)) {
      findings.add(path.field("factor"), "is %s; give 1 to 100".formatted(backoff.getFactor()));
    }
    if (backoff.hasMax()) {
      duration(path.field("max"), backoff.getMax(), 1, Durations.YEAR);
    }
    long max = backoff.hasMax() ? clamped(backoff.getMax()) : MAX_BACKOFF;
    if (backoff.hasInitial() && max > 0 && clamped(backoff.getInitial()) > max) {
      findings.add(
          path.field("max"),
          "is %s%s, less than `initial`; give at least as much"
              .formatted(Durations.text(max), backoff.hasMax() ? "" : " when absent"));
    }
  }

  private static long clamped(Duration duration) {
    return duration.getSeconds() > Durations.YEAR / Durations.SECOND
        ? Durations.YEAR + 1
        : Durations.millis(duration);
  }

  private void required(FieldPath path, boolean present, Duration duration) {
    if (present) {
      duration(path, duration, 1, Durations.YEAR);
    } else {
      findings.add(path, "is missing: give a duration such as 5s");
    }
  }

  private void duration(FieldPath path, Duration duration, long least, long most) {
    Durations.check(findings, path, duration, least, most);
  }
}
