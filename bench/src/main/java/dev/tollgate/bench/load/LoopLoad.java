package dev.tollgate.bench.load;

import dev.tollgate.bench.http.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One event loop's part of a run. Everything here happens on that loop; nothing is shared. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and there it is dealt with
final class LoopLoad {
    /** A connection has one of about 28,000 ports of its source address: from so many on, the next address is used. */
    private static final int CONNECTIONS_PER_SOURCE_ADDRESS = 20_000;

    private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final EventLoop loop;
    private final LoadSpec spec;
    private final Arrival arrival;
    private final long maxCalls;
    private final double phase;
    private final Requests requests;
    private final Promise<LoadResult> done;
    private final LoadResult tally = new LoadResult();
    private final Set<Channel> open = new HashSet<>();
    private final Deque<CallConnection> idle = new ArrayDeque<>();
    private final Deque<Long> waiting = new ArrayDeque<>();
    private long startNanos;
    private long ticks;
    private long issued;
    private int connecting;
    private int connectionsMade;
    private int inFlight;
    private boolean stopping;

    /**
     * Nothing happens before {@link #start}.
     *
     * @param phase 0 to below 1: by which part of a period this loop's steady calls come after the first loop's
     */
    LoopLoad(EventLoop loop, LoadSpec spec, Arrival arrival, long maxCalls, double phase) {
        this.loop = loop;
        this.spec = spec;
        this.arrival = arrival;
        this.maxCalls = maxCalls;
        this.phase = phase;
        this.requests = new Requests(spec.target(), spec.body());
        this.done = loop.newPromise();
    }

    Future<LoadResult> start() {
        loop.execute(this::begin);
        return done;
    }

    LoadResult tally() {
        return tally;
    }

    /** The result was handed over: nothing more may be counted. */
    boolean isOver() {
        return done.isDone();
    }

    boolean streams() {
        return spec.stream();
    }

    private void begin() {
        startNanos = System.nanoTime();
        after(spec.duration().toNanos(), this::stop);
        after(spec.duration().plus(spec.grace()).toNanos(), this::giveUp);
        switch (arrival) {
            case Arrival.ClosedLoop closed -> {
                for (int i = 0; i < closed.connections(); i++) {
                    connect();
                }
            }
            case Arrival.OpenLoop steady -> tick(1e9 / steady.perSecond());
            case Arrival.Held held -> tick(1e9 / held.opensPerSecond());
        }
    }

    /** Does what is due at a steady rate, and comes back when the next is due. */
    private void tick(double periodNanos) {
        long due = dueNanos(periodNanos);
        while (!stopping && due <= System.nanoTime()) {
            ticks++;
            switch (arrival) {
                case Arrival.OpenLoop steady when issued + waiting.size() < maxCalls -> callDue(due, steady);
                case Arrival.Held held when ticks <= held.connections() -> connect();
                default -> {
                    return;
                }
            }
            due = dueNanos(periodNanos);
        }
        if (!stopping) {
            after(due - System.nanoTime(), () -> tick(periodNanos));
        }
    }

    private long dueNanos(double periodNanos) {
        return startNanos + (long) ((ticks + phase) * periodNanos);
    }

    private void callDue(long dueNanos, Arrival.OpenLoop steady) {
        CallConnection free = idle.pollLast();
        if (free != null) {
            send(free, dueNanos);
            return;
        }
        waiting.add(dueNanos);
        if (open.size() + connecting < steady.maxConnections()) {
            connect();
        }
    }

    private void connect() {
        connecting++;
        var connection = new CallConnection(this);
        var bootstrap = new Bootstrap()
                .group(loop)
                .channel(Transport.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 10_000)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpResponseDecoder(new HttpDecoderConfig()
                                        .setMaxHeaderSize(64 * 1024)
                                        .setMaxChunkSize(128 * 1024)
                                        .setValidateHeaders(false)))
                                .addLast(connection);
                    }
                });
        int source = connectionsMade++ / CONNECTIONS_PER_SOURCE_ADDRESS;
        ChannelFuture future = source == 0
                ? bootstrap.connect(spec.target().address())
                : bootstrap.connect(spec.target().address(), new InetSocketAddress("127.0.0." + (1 + source), 0));
        future.addListener(_ -> connected(connection, future));
    }

    private void connected(CallConnection connection, ChannelFuture future) {
        connecting--;
        if (future.isSuccess()) {
            open.add(future.channel());
            ready(connection);
            return;
        }
        waiting.poll(); // the call that this connection was opened for
        tally.failed("cannot connect", String.valueOf(future.cause().getMessage()));
        reconnect();
        finishIfOver();
    }

    /** The connection is open and has no call. */
    private void ready(CallConnection connection) {
        switch (arrival) {
            case Arrival.ClosedLoop _ -> {
                if (!stopping && issued < maxCalls) {
                    send(connection, System.nanoTime());
                } else {
                    connection.close();
                }
            }
            case Arrival.OpenLoop _ -> {
                Long due = waiting.poll();
                if (due != null) {
                    send(connection, due);
                } else if (stopping) {
                    connection.close();
                } else {
                    idle.add(connection);
                }
            }
            case Arrival.Held _ -> {
                if (!stopping && !connection.hasCalled() && issued < maxCalls) {
                    send(connection, System.nanoTime());
                } else {
                    connection.close();
                }
            }
        }
    }

    private void send(CallConnection connection, long dueNanos) {
        issued++;
        inFlight++;
        tally.mostInFlight = Math.max(tally.mostInFlight, inFlight);
        connection.call(requests.next(), dueNanos);
    }

    /** A call has ended, well or not. */
    void ended(CallConnection connection, boolean reusable) {
        inFlight--;
        tally.elapsedNanos = System.nanoTime() - startNanos;
        if (reusable) {
            ready(connection);
        } else {
            connection.close();
        }
        finishIfOver();
    }

    /** A connection is gone; a call that it had was {@linkplain #ended ended} before. */
    void closed(CallConnection connection, Channel channel) {
        open.remove(channel);
        idle.remove(connection);
        reconnect();
    }

    private void reconnect() {
        boolean wanted = switch (arrival) {
            case Arrival.ClosedLoop _ -> issued < maxCalls;
            case Arrival.OpenLoop _ -> !waiting.isEmpty();
            case Arrival.Held _ -> false;
        };
        if (wanted && !stopping) {
            after(RECONNECT_NANOS, () -> {
                if (!stopping) {
                    connect();
                }
            });
        }
    }

    private void stop() {
        stopping = true;
        for (CallConnection connection : new ArrayList<>(idle)) {
            connection.close();
        }
        finishIfOver();
    }

    private void finishIfOver() {
        boolean allSent = switch (arrival) {
            case Arrival.ClosedLoop _, Arrival.OpenLoop _ -> issued >= maxCalls;
            case Arrival.Held held -> ticks >= held.connections() && connecting == 0;
        };
        if ((stopping || allSent) && inFlight == 0 && waiting.isEmpty()) {
            finish();
        }
    }

    private void giveUp() {
        for (int i = inFlight + waiting.size(); i > 0; i--) {
            tally.failed("unanswered", "");
        }
        waiting.clear();
        finish();
    }

    private void finish() {
        stopping = true;
        if (done.trySuccess(tally)) {
            for (Channel channel : new ArrayList<>(open)) {
                channel.close();
            }
        }
    }

    private void after(long nanos, Runnable task) {
        loop.schedule(task, Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }
}
