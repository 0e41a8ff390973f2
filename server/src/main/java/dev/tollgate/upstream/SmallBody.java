package dev.tollgate.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;

/** The body of an answer that is held whole, because it is small; a longer one is broken off. */
final class SmallBody {
    private SmallBody() {}

    /** It has more bytes than it may have. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge() {
            super("the answer is too large");
        }
    }

    /** All of it; fails with {@link TooLarge} beyond so many bytes, or as its connection does. */
    static Future<Buffer> read(HttpClientRequest request, HttpClientResponse response, int mostBytes) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.handler(piece -> {
            if (body.length() + piece.length() > mostBytes) {
                whole.tryFail(new TooLarge());
                request.reset();
            } else {
                body.appendBuffer(piece);
            }
        });
        response.endHandler(end -> whole.tryComplete(body));
        return whole.future();
    }
}
