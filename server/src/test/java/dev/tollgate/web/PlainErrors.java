package dev.tollgate.web;

import dev.tollgate.front.Front;
import dev.tollgate.front.Replies;
import io.vertx.core.http.HttpServerRequest;

/** What the front says of requests that reach no route. */
public final class PlainErrors implements Front.ErrorPage {
    @Override
    public void notFound(HttpServerRequest request) {
        Replies.text(request, 404, "not found");
    }

    @Override
    public void wrongMethod(HttpServerRequest request, String allow) {
        Replies.text(request, 405, allow);
    }

    @Override
    public void ownerTokenRequired(HttpServerRequest request) {
        Replies.text(request, 401, "no");
    }

    @Override
    public void failed(HttpServerRequest request, int status) {
        Replies.text(request, status, "failed");
    }

    @Override
    public void draining(HttpServerRequest request) {
        Replies.text(request, 503, "draining");
    }

    @Override
    public void bodyTooSlow(HttpServerRequest request) {
        Replies.text(request, 408, "slow");
    }
}
