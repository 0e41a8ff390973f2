package dev.tollgate.cli;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What happens at POSIX signals, until it is closed.
 *
 * <p>The JDK has them in {@code jdk.unsupported} alone; by reflection, because the compiler's warning about that module
 * cannot be silenced and warnings fail the build. Without the module signals keep their usual effect: the JVM stops, and
 * its shutdown hooks run.
 */
final class Signals implements AutoCloseable {
    private final Deque<Runnable> restorers = new ArrayDeque<>();

    /** Does something at a signal, named without SIG; one that the JVM was told to ignore (nohup) stays ignored. */
    void handle(String name, Runnable action) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Constructor<?> signal = signalType.getConstructor(String.class);
            Method handle = signalType.getMethod("handle", signalType, handlerType);
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            Object previous = handle.invoke(null, signal.newInstance(name), handler);
            if (handlerType.getField("SIG_IGN").get(null).equals(previous)) {
                restore(handle, signal, name, previous);
            } else {
                restorers.push(() -> restore(handle, signal, name, previous));
            }
        } catch (ReflectiveOperationException | IllegalArgumentException unsupported) {
            // The signal keeps its usual effect.
        }
    }

    private static void restore(Method handle, Constructor<?> signal, String name, Object previous) {
        try {
            handle.invoke(null, signal.newInstance(name), previous);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        restorers.forEach(Runnable::run);
    }
}
