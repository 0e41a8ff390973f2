package dev.tollgate.web;

import dev.tollgate.kernel.FaultTrace;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.StoreOutage;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Link;
import dev.tollgate.web.page.Paths;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Faults as pages. */
public final class PageFailures implements WebRoutes.Failures {
    private static final Logger LOG = LoggerFactory.getLogger(PageFailures.class);

    private final Pages pages;
    private final Clock clock;
    private final StoreOutage storeOutage = new StoreOutage(System::nanoTime);

    /** With these pages. */
    public PageFailures(Pages pages, Clock clock) {
        this.pages = pages;
        this.clock = clock;
    }

    @Override
    public WebReply unreadable(int status) {
        return pages.error(new ErrorPage(
                status,
                "That could not be read",
                status == 413 ? "What was sent is larger than any form here." : "What was sent is no well-formed form.",
                "Go back, load the page again, and send the form once more.",
                null,
                null));
    }

    @Override
    public WebReply failed(Throwable cause) {
        if (storeOutage.explains(cause)) {
            ErrorPage page = new ErrorPage(
                    503,
                    "Tollgate cannot read its records",
                    "Its database does not answer at the moment.",
                    "Try again in a minute.",
                    null,
                    null);
            return pages.error(page).with("retry-after", String.valueOf(StoreOutage.RETRY_AFTER_SECONDS));
        }
        String reference = Ids.sortable("req", clock.millis());
        LOG.error("A person was told of fault {}: {}", reference, FaultTrace.of(cause));
        return pages.error(new ErrorPage(
                500,
                "Something went wrong here",
                "It is a fault of this server, not of yours. Nothing is known to be lost.",
                "Try again in a minute. If it stays, give the reference below to your administrator.",
                reference,
                new Link(Paths.ACCOUNT, "Go to your account")));
    }
}
