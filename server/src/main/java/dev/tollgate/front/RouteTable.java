package dev.tollgate.front;

import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the door for a path. Exact paths, where the traffic is, cost one hash lookup. */
final class RouteTable {
    /** What the table says of a request line. */
    sealed interface Match {
        record Found(Route route, Map<String, String> parameters) implements Match {}

        record WrongMethod(String allow) implements Match {}

        record Nothing() implements Match {}
    }

    private static final Match NOTHING = new Match.Nothing();

    private final Map<String, Map<HttpMethod, Match.Found>> exact = new HashMap<>();
    private final List<Route> patterns = new ArrayList<>();

    RouteTable(List<Route> routes) {
        Map<String, Route> seen = new HashMap<>();
        for (Route route : routes) {
            String place = route.method() + " " + route.path().replaceAll("\\{[^}]*}", "{}");
            if (seen.put(place, route) != null) {
                throw new IllegalArgumentException("Two routes for " + place);
            }
            if (route.path().contains("{") || route.path().endsWith("/*")) {
                patterns.add(route);
            } else {
                exact.computeIfAbsent(route.path(), path -> new HashMap<>())
                        .put(route.method(), new Match.Found(route, Map.of()));
            }
        }
    }

    Match find(HttpMethod method, String path) {
        Map<HttpMethod, Match.Found> here = exact.get(path);
        if (here != null) {
            Match.Found found = here.get(method);
            if (found != null) {
                return found;
            }
        }
        for (Route route : patterns) {
            if (route.method().equals(method)) {
                Map<String, String> parameters = match(route.path(), path);
                if (parameters != null) {
                    return new Match.Found(route, parameters);
                }
            }
        }
        return otherMethods(here, path);
    }

    private Match otherMethods(@Nullable Map<HttpMethod, Match.Found> here, String path) {
        TreeSet<String> allow = new TreeSet<>();
        if (here != null) {
            here.keySet().forEach(method -> allow.add(method.name()));
        }
        for (Route route : patterns) {
            if (match(route.path(), path) != null) {
                allow.add(route.method().name());
            }
        }
        return allow.isEmpty() ? NOTHING : new Match.WrongMethod(String.join(", ", allow));
    }

    private static @Nullable Map<String, String> match(String pattern, String path) {
        if (pattern.endsWith("/*")) {
            int prefix = pattern.length() - 1;
            boolean under = path.length() > prefix && path.regionMatches(0, pattern, 0, prefix);
            return under ? Map.of("*", path.substring(prefix)) : null;
        }
        String[] wanted = pattern.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return null;
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                String value = decode(given[i]);
                if (value == null || value.isEmpty()) {
                    return null;
                }
                parameters.put(wanted[i].substring(1, wanted[i].length() - 1), value);
            } else if (!wanted[i].equals(given[i])) {
                return null;
            }
        }
        return parameters;
    }

    private static @Nullable String decode(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null; // a broken percent escape names nothing
        }
    }
}
