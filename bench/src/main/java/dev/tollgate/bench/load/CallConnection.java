package dev.tollgate.bench.load;

import dev.tollgate.bench.http.EventMark;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection of the loader: a call at a time, measured from its head to the last byte. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and there it is dealt with
final class CallConnection extends ChannelInboundHandlerAdapter implements EventMark.Sink {
    private static final int SHOWN_OF_AN_ERROR = 400;

    private final LoopLoad load;
    private final LoadResult tally;
    private @Nullable Channel channel;
    private boolean called;
    private boolean busy;

    // Of the call under way
    private long dueNanos;
    private int status;
    private boolean keepAlive;
    private String error = "";
    private EventMark.Reader marks = new EventMark.Reader();
    private int nextEvent;
    private int announcedEvents;

    CallConnection(LoopLoad load) {
        this.load = load;
        this.tally = load.tally();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    boolean hasCalled() {
        return called;
    }

    void call(ByteBuf request, long due) {
        called = true;
        busy = true;
        dueNanos = due;
        status = 0;
        error = "";
        nextEvent = 0;
        announcedEvents = 0;
        Objects.requireNonNull(channel).writeAndFlush(request);
    }

    void close() {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpResponse response) {
                head(response);
            }
            if (message instanceof HttpContent content) {
                body(content.content());
                if (content.decoderResult().isFailure()) {
                    fail("broken answer", String.valueOf(content.decoderResult().cause()));
                }
            }
            if (message instanceof LastHttpContent) {
                end();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(HttpResponse response) {
        status = response.status().code();
        keepAlive = HttpUtil.isKeepAlive(response);
        if (succeeded() && !load.streams()) {
            tally.firstByte.record(System.nanoTime() - dueNanos);
        }
    }

    private void body(ByteBuf piece) {
        tally.bytesReceived += piece.readableBytes();
        if (!succeeded()) {
            int room = Math.min(SHOWN_OF_AN_ERROR - error.length(), piece.readableBytes());
            error += piece.toString(piece.readerIndex(), Math.max(0, room), StandardCharsets.UTF_8);
        } else if (load.streams()) {
            marks.accept(piece, this);
        }
    }

    /** One event of a stream has come. */
    @Override
    public void event(int sequence, int total, long sentNanos) {
        long now = System.nanoTime();
        if (nextEvent == 0) {
            tally.firstByte.record(now - dueNanos);
        }
        announcedEvents = total;
        tally.events++;
        tally.eventDelay.record(now - sentNanos);
        if (now - sentNanos > LoadResult.LATE_NANOS) {
            tally.lateEvents++;
        }
        if (sequence < nextEvent) {
            tally.misplacedEvents++;
        } else {
            tally.droppedEvents += sequence - nextEvent;
            nextEvent = sequence + 1;
        }
    }

    private void end() {
        if (!busy) {
            return;
        }
        if (!succeeded()) {
            fail("status " + status, error);
            return;
        }
        if (load.streams() && (announcedEvents == 0 || nextEvent < announcedEvents)) {
            fail("stream cut short", "after event " + nextEvent + " of " + announcedEvents);
            return;
        }
        busy = false;
        tally.calls++;
        tally.latency.record(System.nanoTime() - dueNanos);
        load.ended(this, keepAlive);
    }

    private void fail(String kind, String detail) {
        if (busy && !load.isOver()) {
            busy = false;
            tally.droppedEvents += announcedEvents - nextEvent;
            tally.failed(kind, detail);
            load.ended(this, keepAlive && kind.startsWith("status"));
        }
    }

    private boolean succeeded() {
        return status >= 200 && status < 300;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail("connection closed", "before the answer's end");
        load.closed(this, context.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail("connection failed", String.valueOf(cause.getMessage()));
        context.close();
    }
}
