package dev.tollgate.bench.conversion;

import dev.tollgate.dialects.conversation.Protocol;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What one benchmark found of one pair of protocols.
 *
 * @param pair the client's protocol and the provider's
 * @param micros for a whole request or stream
 * @param megabytesPerSecond of what came in
 * @param nanosPerEvent not a number for requests
 * @param bytesPerEvent allocated; not a number for requests
 * @param allocatedBytes for a whole request or stream
 */
public record ConversionFigure(
        String work,
        String pair,
        double micros,
        double megabytesPerSecond,
        double nanosPerEvent,
        double bytesPerEvent,
        double allocatedBytes) {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    public static ConversionFigure of(RunResult result) {
        String work = result.getPrimaryResult().getLabel();
        String pair = result.getParams().getParam("pair");
        double micros = result.getPrimaryResult().getScore();
        Result<?> allocation = result.getSecondaryResults().get(ALLOCATED);
        double allocated = allocation == null ? Double.NaN : allocation.getScore();
        boolean stream = work.endsWith("Stream");
        return new ConversionFigure(
                work,
                pair,
                micros,
                bytes(pair, stream) / micros,
                stream ? micros * 1e3 / Exchanges.EVENTS : Double.NaN,
                stream ? allocated / Exchanges.EVENTS : Double.NaN,
                allocated);
    }

    /** What comes in: the client's request, or the provider's events. */
    private static long bytes(String pair, boolean stream) {
        String[] names = pair.split("-", -1);
        if (stream) {
            Protocol provider = Protocol.of(names[1]).orElseThrow();
            return Exchanges.stream(provider).stream()
                    .mapToLong(event -> event.length)
                    .sum();
        }
        return Exchanges.request(Protocol.of(names[0]).orElseThrow()).length;
    }
}
