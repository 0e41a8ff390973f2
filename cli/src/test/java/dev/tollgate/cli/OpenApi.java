package dev.tollgate.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/** The admin API as {@code openapi.yaml} says: its operations, their examples, and whether a value fits its schema. */
final class OpenApi {
    static final Path FILE = Path.of("..", "server", "src", "main", "resources", "openapi.yaml");

    /** One method of one path. */
    record Operation(String id, String method, Pattern path, Map<String, Object> definition, List<Object> parameters) {}

    private final Map<String, Object> document;
    private final List<Operation> operations = new ArrayList<>();

    OpenApi() {
        try {
            document = object(new Yaml().load(Files.readString(FILE)));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
        object(document.get("paths")).forEach((path, item) -> {
            Pattern pattern = Pattern.compile("/admin/v1" + path.replaceAll("\\{[^}]+}", "([^/]+)"));
            object(item).forEach((method, definition) -> {
                if (!method.equals("parameters")) {
                    List<Object> parameters = new ArrayList<>(list(object(item).get("parameters")));
                    parameters.addAll(list(object(definition).get("parameters")));
                    String id = String.valueOf(object(definition).get("operationId"));
                    operations.add(new Operation(
                            id,
                            method.toUpperCase(Locale.ROOT),
                            pattern,
                            object(definition),
                            parameters.stream().map(this::resolved).toList()));
                }
            });
        });
    }

    List<Operation> operations() {
        return operations;
    }

    Optional<Operation> find(String method, String rawPath) {
        return operations.stream()
                .filter(operation -> operation.method().equals(method)
                        && operation.path().matcher(rawPath).matches())
                .findFirst();
    }

    Operation operation(String id) {
        return operations.stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** Status and first example of the operation's success. */
    Map.Entry<Integer, Optional<Object>> success(Operation operation) {
        for (Map.Entry<String, Object> response :
                object(operation.definition().get("responses")).entrySet()) {
            if (response.getKey().startsWith("2")) {
                Object content = object(response.getValue()).get("content");
                Optional<Object> example = content == null
                        ? Optional.empty()
                        : Optional.of(example(
                                object(object(content).values().iterator().next())));
                return Map.entry(Integer.valueOf(response.getKey()), example);
            }
        }
        throw new IllegalStateException(operation.id() + " has no success");
    }

    private static Object example(Map<String, Object> media) {
        @Nullable
        Object example = media.containsKey("example")
                ? media.get("example")
                : object(object(media.get("examples")).values().iterator().next())
                        .get("value");
        return Objects.requireNonNull(example);
    }

    /** What is wrong with a request's body; empty where nothing is. */
    List<String> bodyProblems(Operation operation, @Nullable Object body) {
        Object request = operation.definition().get("requestBody");
        if (request == null) {
            return body == null ? List.of() : List.of("a body where none belongs");
        }
        Map<String, Object> media =
                object(object(object(request).get("content")).get("application/json"));
        return body == null ? List.of("no body") : problems(object(media.get("schema")), body, "$");
    }

    /** What is wrong with a request's query. */
    List<String> queryProblems(Operation operation, Map<String, String> query) {
        Map<String, Map<String, Object>> known = new LinkedHashMap<>();
        operation.parameters().stream()
                .map(OpenApi::object)
                .filter(parameter -> "query".equals(parameter.get("in")))
                .forEach(parameter -> known.put(String.valueOf(parameter.get("name")), parameter));
        List<String> problems = new ArrayList<>();
        query.forEach((name, value) -> {
            Map<String, Object> parameter = known.get(name);
            if (parameter == null) {
                problems.add("unknown query parameter " + name);
                return;
            }
            Map<String, Object> schema = object(parameter.get("schema"));
            Object typed = "integer".equals(schema.get("type")) ? Long.valueOf(value) : value;
            problems.addAll(problems(schema, typed, name));
        });
        return problems;
    }

    /** The part of JSON Schema that the document uses. */
    private List<String> problems(Map<String, Object> unresolved, @Nullable Object value, String at) {
        Map<String, Object> schema = object(resolved(unresolved));
        List<String> problems = new ArrayList<>();
        for (Object part : list(schema.get("allOf"))) {
            problems.addAll(problems(object(part), value, at));
        }
        if (schema.get("type") instanceof String type && !isA(type, value)) {
            return List.of(at + " is no " + type);
        }
        if (schema.get("enum") instanceof List<?> constants && !constants.contains(value)) {
            problems.add(at + " is none of " + constants);
        }
        switch (value) {
            case Map<?, ?> fields -> problems.addAll(objectProblems(schema, object(fields), at));
            case List<?> items -> {
                if (schema.get("minItems") instanceof Integer least && items.size() < least) {
                    problems.add(at + " has too few items");
                }
                // A schema that is put together of parts has its items' schema in one of them.
                for (int i = 0; schema.containsKey("items") && i < items.size(); i++) {
                    problems.addAll(problems(object(schema.get("items")), items.get(i), at + "[" + i + "]"));
                }
            }
            case String text -> {
                if (schema.get("pattern") instanceof String pattern
                        && !Pattern.compile(pattern).matcher(text).find()) {
                    problems.add(at + " does not match " + pattern);
                }
                if (schema.get("minLength") instanceof Integer least && text.length() < least) {
                    problems.add(at + " is too short");
                }
            }
            case Long number -> {
                if ((schema.get("minimum") instanceof Number least && number < least.longValue())
                        || (schema.get("maximum") instanceof Number most && number > most.longValue())) {
                    problems.add(at + " is out of range: " + number);
                }
            }
            case null, default -> {}
        }
        return problems;
    }

    private List<String> objectProblems(Map<String, Object> schema, Map<String, Object> value, String at) {
        List<String> problems = new ArrayList<>();
        for (Object name : list(schema.get("required"))) {
            if (!value.containsKey(name)) {
                problems.add(at + "." + name + " is missing");
            }
        }
        Map<String, Object> properties = schema.get("properties") == null ? Map.of() : object(schema.get("properties"));
        for (String name : new TreeSet<>(value.keySet())) {
            if (properties.containsKey(name)) {
                problems.addAll(problems(object(properties.get(name)), value.get(name), at + "." + name));
            } else if (Boolean.FALSE.equals(schema.get("additionalProperties"))) {
                problems.add(at + "." + name + " is unknown");
            }
        }
        if (schema.get("minProperties") instanceof Integer least && value.size() < least) {
            problems.add(at + " has too few fields");
        }
        return problems;
    }

    private static boolean isA(String type, @Nullable Object value) {
        return switch (type) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "integer" -> value instanceof Long;
            case "boolean" -> value instanceof Boolean;
            default -> throw new IllegalArgumentException(type);
        };
    }

    private Object resolved(@Nullable Object node) {
        if (node instanceof Map<?, ?> map && map.get("$ref") instanceof String reference) {
            @Nullable Object target = document;
            for (String step : reference.substring(2).split("/", -1)) {
                target = object(target).get(step);
            }
            return resolved(target);
        }
        return Objects.requireNonNull(node);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(@Nullable Object node) {
        Map<String, Object> fields = new LinkedHashMap<>();
        ((Map<Object, Object>) Objects.requireNonNull(node))
                .forEach((name, value) -> fields.put(String.valueOf(name), value));
        return fields;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(@Nullable Object node) {
        return node == null ? List.of() : (List<Object>) node;
    }
}
