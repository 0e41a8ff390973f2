package dev.tollgate.bench.load;

import dev.tollgate.bench.http.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends calls and measures answers, on its own event loops. One run at a time. */
public final class LoadGenerator implements AutoCloseable {
    private final EventLoopGroup group;
    private final int loops;

    public LoadGenerator(int loops) {
        this.loops = loops;
        this.group = Transport.group(loops, "load");
    }

    /** Runs to the end of the specification and closes all its connections. */
    public LoadResult run(LoadSpec spec) throws InterruptedException {
        var running = new ArrayList<Future<LoadResult>>();
        List<Arrival> shares = shares(spec.arrival());
        for (int i = 0; i < shares.size(); i++) {
            long calls = share(spec.maxCalls(), i, shares.size());
            EventLoop loop = group.next();
            var load = new LoopLoad(loop, spec, shares.get(i), calls, (double) i / shares.size());
            running.add(load.start());
        }
        var result = new LoadResult();
        long allowedNanos = spec.duration().plus(spec.grace()).plusSeconds(30).toNanos();
        for (Future<LoadResult> one : running) {
            if (!one.await(allowedNanos, TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("an event loop of the loader did not end its run in time");
            }
            result.add(one.syncUninterruptibly().getNow());
        }
        return result;
    }

    /** What each event loop takes of the whole: equal parts, and none for a loop that would have no connection. */
    private List<Arrival> shares(Arrival arrival) {
        var shares = new ArrayList<Arrival>();
        int connections = switch (arrival) {
            case Arrival.ClosedLoop closed -> closed.connections();
            case Arrival.OpenLoop open -> open.maxConnections();
            case Arrival.Held held -> held.connections();
        };
        int parts = Math.min(loops, connections);
        for (int i = 0; i < parts; i++) {
            int own = (int) share(connections, i, parts);
            shares.add(
                    switch (arrival) {
                        case Arrival.ClosedLoop _ -> new Arrival.ClosedLoop(own);
                        case Arrival.OpenLoop open -> new Arrival.OpenLoop(open.perSecond() / parts, own);
                        case Arrival.Held held -> new Arrival.Held(own, held.opensPerSecond() / parts);
                    });
        }
        return shares;
    }

    private static long share(long whole, int part, int parts) {
        return whole / parts + (part < whole % parts ? 1 : 0);
    }

    @Override
    public void close() {
        var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
