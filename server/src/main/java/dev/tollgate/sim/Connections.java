package dev.tollgate.sim;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;

/** Ends connections as a dying peer does. */
final class Connections {

    private Connections() {}

    /**
     * Sends a TCP reset (HTTP/2: RST_STREAM) instead of an orderly close, which clients tell apart. Only a socket that lingers
     * for no time at all sends one, and the socket is within reach through Vert.x's own classes alone.
     */
    static void reset(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2
                && request.connection() instanceof HttpServerConnection connection) {
            Channel channel = connection.channelHandlerContext().channel();
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = channel.close();
        } else {
            var _ = request.response().reset();
        }
    }
}
