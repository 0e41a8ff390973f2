package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

/** What came of inspecting a body. */
final class Inspections {
    private Inspections() {}

    static RequestFields readable(Operation operation, String body) {
        return readable(operation, body.getBytes(UTF_8));
    }

    static RequestFields readable(Operation operation, byte[] body) {
        return readable(RequestInspector.inspect(operation, body, 0, body.length));
    }

    static RequestFields readable(Inspection inspection) {
        return assertInstanceOf(Inspection.Readable.class, inspection, inspection::toString)
                .fields();
    }

    static String malformed(Operation operation, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return malformed(RequestInspector.inspect(operation, bytes, 0, bytes.length));
    }

    static String malformed(Inspection inspection) {
        return assertInstanceOf(Inspection.Malformed.class, inspection).message();
    }
}
