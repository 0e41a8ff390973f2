package dev.tollgate.web;

import dev.tollgate.front.Front;
import dev.tollgate.web.page.ErrorPage;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors where no route has spoken, as pages for people: for whoever asks for HTML where pages are. Programs, and paths of programs,
 * get what they understand.
 */
public final class BrowserErrors implements Front.ErrorPage {
    private static final Logger LOG = LoggerFactory.getLogger(BrowserErrors.class);

    private final Context context;
    private final Executor blocking;
    private final Pages pages;
    private final Predicate<String> programs;
    private final Front.ErrorPage others;

    /**
     * For one event loop.
     *
     * @param programs whether a path is one of programs
     * @param others what tells them
     */
    public BrowserErrors(
            Context context, Executor blocking, Pages pages, Predicate<String> programs, Front.ErrorPage others) {
        this.context = context;
        this.blocking = blocking;
        this.pages = pages;
        this.programs = programs;
        this.others = others;
    }

    private boolean isForPeople(HttpServerRequest request) {
        String accept = request.getHeader("accept");
        String path = request.path();
        return accept != null && accept.contains("text/html") && path != null && !programs.test(path);
    }

    @Override
    public void notFound(HttpServerRequest request) {
        if (isForPeople(request)) {
            show(request, ErrorPage.notFound());
        } else {
            others.notFound(request);
        }
    }

    @Override
    public void wrongMethod(HttpServerRequest request, String allow) {
        if (isForPeople(request)) {
            if (!request.response().headWritten()) {
                request.response().putHeader("allow", allow);
            }
            show(request, ErrorPage.wrongMethod());
        } else {
            others.wrongMethod(request, allow);
        }
    }

    private void show(HttpServerRequest request, ErrorPage page) {
        request.response().exceptionHandler(gone -> {});
        blocking.execute(() -> {
            WebReply reply = rendered(page);
            context.runOnContext(v -> WebRoutes.send(request, reply));
        });
    }

    private WebReply rendered(ErrorPage page) {
        try {
            return pages.error(page);
        } catch (RuntimeException | Error e) {
            LOG.error("A page could not be made", e);
            return WebReply.text(page.status(), page.message());
        }
    }

    @Override
    public void ownerTokenRequired(HttpServerRequest request) {
        others.ownerTokenRequired(request);
    }

    @Override
    public void failed(HttpServerRequest request, int status) {
        others.failed(request, status);
    }

    @Override
    public void draining(HttpServerRequest request) {
        others.draining(request);
    }

    @Override
    public void bodyTooSlow(HttpServerRequest request) {
        others.bodyTooSlow(request);
    }
}
