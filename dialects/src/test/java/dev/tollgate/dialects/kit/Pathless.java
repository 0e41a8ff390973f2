package dev.tollgate.dialects.kit;

import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Values with every {@link Path} made {@link Path#ROOT} and all JSON detached: what was read compares to what was made, and outlives
 * the piece of a stream that it was read from.
 */
public final class Pathless {
    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    private Pathless() {}

    public static <T> T of(T value) {
        return of(value, UnaryOperator.identity());
    }

    /**
     * Without their paths.
     *
     * @param first what is done to each record before
     */
    @SuppressWarnings("unchecked") // each value becomes one of its own type
    public static <T> T of(T value, UnaryOperator<Record> first) {
        return (T) Objects.requireNonNull(stripped(value, first));
    }

    private static @Nullable Object stripped(@Nullable Object value, UnaryOperator<Record> first) {
        return switch (value) {
            case null -> null;
            case Path _ -> Path.ROOT;
            case Json json -> json.detached();
            case List<?> list ->
                list.stream().map(each -> stripped(each, first)).toList();
            case Record of -> rebuilt(first.apply(of), first);
            default -> value;
        };
    }

    private static Object rebuilt(Record of, UnaryOperator<Record> first) {
        Shape shape = SHAPES.computeIfAbsent(of.getClass(), Shape::of);
        @Nullable Object[] values = new Object[shape.accessors.size()];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = stripped(shape.accessors.get(i).invoke(of), first);
            }
            return shape.constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(of.getClass().getName(), e);
        }
    }

    /** How a record is taken apart and made again; looked up once, as reflection is slow. */
    private record Shape(List<Method> accessors, Constructor<?> constructor) {
        static Shape of(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            List<Method> accessors = new ArrayList<>();
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                Method accessor = components[i].getAccessor();
                accessor.setAccessible(true);
                accessors.add(accessor);
            }
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return new Shape(accessors, constructor);
            } catch (NoSuchMethodException e) {
                throw new LinkageError(type.getName(), e);
            }
        }
    }
}
