package dev.tollgate.web;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query or of a form (application/x-www-form-urlencoded), in the order in which they came.
 *
 * <p>A parameter that came twice has no one value: {@link #get} says null of it, and {@link #repeated} names it, since two
 * parsers that each choose another of the two are a way in (RFC 6749 section 3.1 forbids it).
 */
public final class Params {
    /** None at all. */
    public static final Params NONE = new Params(Map.of());

    /** More parameters than any form of ours or any message of OAuth has. */
    private static final int MOST = 200;

    private final Map<String, List<String>> values;

    private Params(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads the encoded form.
     *
     * @return null if it is not well formed, or has too many parameters
     */
    public static @Nullable Params parse(@Nullable String encoded) {
        if (encoded == null || encoded.isEmpty()) {
            return NONE;
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        int count = 0;
        for (String pair : encoded.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            if (++count > MOST) {
                return null;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (name == null || value == null) {
                return null;
            }
            values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
        }
        values.replaceAll((name, all) -> List.copyOf(all));
        return new Params(values);
    }

    /** These parameters in the encoded form, in their order; empty if there are none. */
    public static String encode(Map<String, List<String>> parameters) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, List<String>> each : parameters.entrySet()) {
            for (String value : each.getValue()) {
                text.append(text.isEmpty() ? "" : "&")
                        .append(encode(each.getKey()))
                        .append('=')
                        .append(encode(value));
            }
        }
        return text.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static @Nullable String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The parameter's value; null if it is absent, empty, or came twice (RFC 6749 section 3.1: empty is absent). */
    public @Nullable String get(String name) {
        List<String> all = values.get(name);
        return all == null || all.size() != 1 || all.getFirst().isEmpty() ? null : all.getFirst();
    }

    /** The parameter's values, in their order. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** A parameter of these that came more than once; null if there is none. */
    public @Nullable String repeated(Iterable<String> names) {
        for (String name : names) {
            if (all(name).size() > 1) {
                return name;
            }
        }
        return null;
    }

    /** Everything, as libraries like it. Unmodifiable. */
    public Map<String, List<String>> asMap() {
        return Collections.unmodifiableMap(values);
    }

    /** The names only: values may be secrets. */
    @Override
    public String toString() {
        return "Params" + values.keySet();
    }
}
