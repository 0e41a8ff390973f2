package dev.tollgate.bench.conversion;

import dev.tollgate.dialects.Inspection;
import dev.tollgate.dialects.RequestInspector;
import dev.tollgate.dialects.StreamReader;
import dev.tollgate.dialects.codec.Conversion;
import dev.tollgate.dialects.codec.StreamConversion;
import dev.tollgate.dialects.conversation.Protocol;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Each benchmark does what the gate does with one request, or with one stream of {@value Exchanges#EVENTS} events. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ConversionBenchmark {
    /** The client's protocol and the provider's. */
    @Param({"messages-chat", "chat-messages", "messages-gemini", "gemini-responses", "responses-messages"})
    public String pair = "";

    private Protocol client = Protocol.MESSAGES;
    private Protocol provider = Protocol.CHAT_COMPLETIONS;
    private Conversion conversion = conversion();
    private byte[] request = {};
    private List<byte[]> stream = List.of();

    /** The documents of this pair. */
    @Setup
    public void prepare() {
        String[] names = pair.split("-", -1);
        client = Protocol.of(names[0]).orElseThrow();
        provider = Protocol.of(names[1]).orElseThrow();
        conversion = conversion();
        request = Exchanges.request(client);
        stream = Exchanges.stream(provider);
    }

    private Conversion conversion() {
        return new Conversion(Exchanges.codec(client), Exchanges.codec(provider));
    }

    /** What every call pays, converted or not. */
    @Benchmark
    public Inspection inspectRequest() {
        return RequestInspector.inspect(client.operation(true), request, 0, request.length);
    }

    @Benchmark
    public Conversion.Converted convertRequest() {
        return Exchanges.convert(conversion, client, request);
    }

    /** A stream that goes on as it comes: usage is read from it and its end is held. */
    @Benchmark
    public StreamReader relayStream(Blackhole out) {
        return relay(new StreamReader.Sink() {
            @Override
            public void forward(byte[] bytes, int offset, int length) {
                out.consume(bytes);
            }

            @Override
            public void hold(byte[] bytes, int offset, int length) {
                out.consume(bytes);
            }
        });
    }

    /** A converted stream: the same reading of usage, and every event rewritten. */
    @Benchmark
    public StreamConversion convertStream(Blackhole out) {
        out.consume(relayStream(out));
        StreamConversion converting =
                conversion.stream(Exchanges.convert(conversion, client, request).exchange());
        for (byte[] event : stream) {
            out.consume(converting.feed(event, 0, event.length));
        }
        out.consume(converting.end());
        return converting;
    }

    private StreamReader relay(StreamReader.Sink sink) {
        StreamReader reader = new StreamReader(provider.operation(true), false, 1);
        for (byte[] event : stream) {
            reader.feed(event, 0, event.length, sink);
        }
        return reader;
    }
}
