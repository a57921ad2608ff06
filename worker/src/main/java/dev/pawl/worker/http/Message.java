package dev.pawl.worker.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.definition.Placeholder;
import dev.pawl.v1.HttpAction;
import dev.pawl.worker.json.Json;
import dev.pawl.worker.runner.Work;
import java.net.URI;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an action asks for, with the values that it was handed in their places.
 *
 * @param json whether the body is the inputs
 */
record Message(
    String method, URI uri, Map<String, String> headers, Optional<String> body, boolean json) {
  private static final Set<String> IN_QUERY = Set.of("GET", "HEAD", "DELETE");

  /**
   * That of an attempt.
   *
   * @throws IllegalArgumentException when there is none, with the reason for people
   */
  static Message of(Work work, String method) {
    HttpAction action = work.action().getHttp();
    String url = action.getUrl();
    Values values = new Values(work.inputs(), work.outputs());
    Struct rest = values.besides(url);
    boolean inQuery = IN_QUERY.contains(method);
    Map<String, String> headers = new LinkedHashMap<>();
    action.getHeadersMap().forEach((name, text) -> headers.put(name, values.header(name, text)));
    boolean json = !action.hasBody() && !inQuery;
    return new Message(
        method,
        target(values.url(url), inQuery ? rest : Struct.getDefaultInstance()),
        headers,
        action.hasBody()
            ? Optional.of(values.body(action.getBody()))
            : json ? Optional.of(Json.write(rest)) : Optional.empty(),
        json);
  }

  private static URI target(String url, Struct query) {
    URI uri = URI.create(url);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("the URL must begin with http:// or https://");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("the URL must be without user information");
    }
    if (query.getFieldsCount() == 0) {
      return uri;
    }
    String more =
        query.getFieldsMap().entrySet().stream()
            .map(input -> encoded(input.getKey()) + "=" + encoded(text(input.getValue())))
            .collect(joining("&"));
    String whole = uri.toString();
    int fragment = whole.indexOf('#');
    String base = fragment < 0 ? whole : whole.substring(0, fragment);
    return URI.create(base + (uri.getRawQuery() == null ? "?" : "&") + more);
  }

  private static String text(Value value) {
    return value.hasStringValue() ? value.getStringValue() : Json.write(value);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /** What placeholders stand for. */
  private record Values(Struct inputs, Struct outputs) {

    /** The inputs that a text does not name. */
    Struct besides(String text) {
      Set<String> named =
          Placeholder.in(text).stream()
              .filter(one -> one.kind() == Placeholder.Kind.INPUTS)
              .map(Placeholder::name)
              .collect(Collectors.toSet());
      Struct.Builder rest = inputs.toBuilder();
      named.forEach(rest::removeFields);
      return rest.build();
    }

    String url(String url) {
      int query = url.indexOf('?');
      String path = query < 0 ? url : url.substring(0, query);
      String filled = Placeholder.replace(path, one -> segment(one, text(value(one))));
      return query < 0
          ? filled
          : filled
              + Placeholder.replace(url.substring(query), one -> percentEncoded(text(value(one))));
    }

    /** What stands in a path may not make it another path. */
    private static String segment(Placeholder placeholder, String text) {
      if (List.of("", ".", "..").contains(text)) {
        throw new IllegalArgumentException(
            "%s is \"%s\", which would make it another path".formatted(placeholder, text));
      }
      return percentEncoded(text);
    }

    private static String percentEncoded(String text) {
      return encoded(text).replace("+", "%20");
    }

    String header(String name, String text) {
      String filled = Placeholder.replace(text, one -> text(value(one)));
      if (filled.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            "the header %s would hold a control character".formatted(name));
      }
      return filled;
    }

    String body(String text) {
      return Placeholder.replace(text, one -> Json.write(value(one)));
    }

    private Value value(Placeholder placeholder) {
      Struct from =
          switch (placeholder.kind()) {
            case INPUTS -> inputs;
            case OUTPUTS -> outputs;
          };
      Value value = from.getFieldsMap().get(placeholder.name());
      if (value == null || value.hasNullValue()) {
        throw new IllegalArgumentException(
            switch (placeholder.kind()) {
              case INPUTS -> "%s has no value".formatted(placeholder);
              case OUTPUTS ->
                  "%s has no value: the task has not succeeded, or did not give it"
                      .formatted(placeholder);
            });
      }
      return value;
    }
  }
}
