package dev.tollgate.bench.mock;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.http.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The mock, listening on 127.0.0.1 until it is closed. */
public final class MockUpstream implements AutoCloseable {
    /** Ten thousand streams may be opened within a few seconds. */
    private static final int BACKLOG = 4096;

    private final EventLoopGroup loops;
    private final Channel listener;

    private MockUpstream(EventLoopGroup loops, Channel listener) {
        this.loops = loops;
        this.listener = listener;
    }

    /**
     * Binds and listens.
     *
     * @param port 0 for any that is free
     * @throws InterruptedException when interrupted before it listens
     * @throws BenchException when the port is in use
     */
    public static MockUpstream start(int port, MockSpec spec, int loops) throws InterruptedException {
        EventLoopGroup group = Transport.group(loops, "mock");
        var openAi = CannedAnswers.openAi(spec);
        var anthropic = CannedAnswers.anthropic(spec);
        var bootstrap = new ServerBootstrap()
                .group(group)
                .channel(Transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpRequestDecoder(new HttpDecoderConfig()
                                        .setMaxHeaderSize(64 * 1024)
                                        .setMaxChunkSize(128 * 1024)
                                        .setValidateHeaders(false)))
                                .addLast(new MockHandler(spec, openAi, anthropic));
                    }
                });
        ChannelFuture bound =
                bootstrap.bind(InetAddress.getLoopbackAddress(), port).await();
        if (!bound.isSuccess()) {
            var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new BenchException("The mock cannot listen on port " + port + ": "
                    + bound.cause().getMessage());
        }
        return new MockUpstream(group, bound.channel());
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
