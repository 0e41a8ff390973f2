package dev.tollgate.bench.mock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/** One connection to the mock. A request's body is read to its end before the answer begins. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and there it is dealt with
final class MockHandler extends ChannelInboundHandlerAdapter {
    private static final ByteBuf EMPTY_LIST = CannedAnswers.plain("200 OK", "{\"object\":\"list\",\"data\":[]}");
    private static final ByteBuf NOT_FOUND =
            CannedAnswers.plain("404 Not Found", "{\"error\":{\"message\":\"the mock has no such path\"}}");
    private static final ByteBuf CONTINUE =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", US_ASCII));

    /** What the request's path asks for. */
    private enum Route {
        CHAT_COMPLETIONS,
        MESSAGES,
        MODELS,
        UNKNOWN
    }

    private final MockSpec spec;
    private final CannedAnswers openAi;
    private final CannedAnswers anthropic;
    private final BodyPeek peek = new BodyPeek();
    private Route route = Route.UNKNOWN;
    private boolean keepAlive = true;

    MockHandler(MockSpec spec, CannedAnswers openAi, CannedAnswers anthropic) {
        this.spec = spec;
        this.openAi = openAi;
        this.anthropic = anthropic;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest request) {
                begin(context, request);
            }
            if (message instanceof HttpContent content) {
                peek.accept(content.content());
            }
            if (message instanceof LastHttpContent end) {
                if (end.decoderResult().isFailure()) {
                    context.close();
                } else {
                    answer(context);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        peek.reset();
        route = request.decoderResult().isFailure() ? Route.UNKNOWN : routeOf(request);
        keepAlive = HttpUtil.isKeepAlive(request);
        if (HttpUtil.is100ContinueExpected(request)) {
            context.writeAndFlush(CONTINUE.duplicate());
        }
    }

    private static Route routeOf(HttpRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        boolean post = request.method().equals(HttpMethod.POST);
        if (post && path.endsWith("/chat/completions")) {
            return Route.CHAT_COMPLETIONS;
        }
        if (post && path.endsWith("/messages")) {
            return Route.MESSAGES;
        }
        return path.endsWith("/models") ? Route.MODELS : Route.UNKNOWN;
    }

    private void answer(ChannelHandlerContext context) {
        switch (route) {
            case CHAT_COMPLETIONS -> answer(context, openAi);
            case MESSAGES -> answer(context, anthropic);
            case MODELS -> send(context, EMPTY_LIST);
            case UNKNOWN -> send(context, NOT_FOUND);
        }
    }

    private void answer(ChannelHandlerContext context, CannedAnswers answers) {
        if (!peek.wantsStream()) {
            send(context, answers.json());
            return;
        }
        ByteBuf closing = peek.wantsUsage() ? answers.streamClosingWithUsage() : answers.streamClosing();
        context.write(answers.streamOpening().duplicate());
        new Stream(context, answers, closing).run();
    }

    private void send(ChannelHandlerContext context, ByteBuf answer) {
        context.writeAndFlush(answer.duplicate());
        closeUnlessKept(context);
    }

    private void closeUnlessKept(ChannelHandlerContext context) {
        if (!keepAlive) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a peer that reset the connection: nothing to tell it
    }

    /** A streamed answer: each run sends what is due, up to the end, and comes back for the next event. */
    private final class Stream implements Runnable {
        private final ChannelHandlerContext context;
        private final CannedAnswers answers;
        private final ByteBuf closing;
        private final long startNanos = System.nanoTime();
        private int sent;

        Stream(ChannelHandlerContext context, CannedAnswers answers, ByteBuf closing) {
            this.context = context;
            this.answers = answers;
            this.closing = closing;
        }

        @Override
        public void run() {
            if (!context.channel().isActive()) {
                return;
            }
            long intervalNanos = spec.interval().toNanos();
            do {
                context.write(answers.event(context.alloc(), sent, spec.events(), System.nanoTime()));
                sent++;
            } while (intervalNanos == 0 && sent < spec.events());
            if (sent < spec.events()) {
                context.flush();
                // From the start, not from the last event: a late timer does not stretch the whole stream.
                long dueNanos = startNanos + sent * intervalNanos;
                context.executor().schedule(this, dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            } else {
                context.writeAndFlush(closing.duplicate());
                closeUnlessKept(context);
            }
        }
    }
}
