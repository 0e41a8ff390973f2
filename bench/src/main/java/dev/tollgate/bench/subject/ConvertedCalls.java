package dev.tollgate.bench.subject;

import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Target;

/** The same gate, called in a dialect that its provider does not speak: it rewrites every request and every event. */
public record ConvertedCalls(GateUnderTest gate) implements Subject {
    @Override
    public String name() {
        return "converted";
    }

    @Override
    public String model() {
        return gate.model();
    }

    @Override
    public Target target(Dialect provider, boolean stream) {
        return gate.target(
                switch (provider) {
                    case OPENAI -> Dialect.ANTHROPIC;
                    case ANTHROPIC -> Dialect.OPENAI;
                },
                stream);
    }

    @Override
    public ProcessHandle process() {
        return gate.process();
    }
}
