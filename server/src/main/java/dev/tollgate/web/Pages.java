package dev.tollgate.web;

import dev.tollgate.kernel.Ids;
import dev.tollgate.web.WebRoutes.Endpoint;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Frame;
import dev.tollgate.web.page.Page;
import dev.tollgate.web.page.Viewer;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes answers of pages: the template with its content, the headers that keep a browser strict, the token of the forms. */
public final class Pages {
    /**
     * Everything is forbidden that the pages do not use. {@code data:} is for the authenticator's QR code, which must not be
     * fetched: it is a secret. {@code form-action} names no app: see {@link dev.tollgate.web.page.ContinuePage}.
     */
    static final String POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static final String PERMISSIONS = "publickey-credentials-get=(self), publickey-credentials-create=(self), "
            + "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    private static final String HSTS = "max-age=31536000";
    /** 190 bits. */
    private static final int FORM_SECRET = 32;

    /** The template engine, made at the first page. */
    private static final class Engine {
        static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(ContentType.Html);
    }

    private final Supplier<String> publicUrl;
    private final Csrf csrf;
    private final Clock clock;

    /**
     * For the gate at this address. Loads nothing yet.
     *
     * @param publicUrl where browsers find the gate: {@code http(s)://host[:port]}
     * @param key at least 32 bytes for the forms' tokens, used for nothing else
     */
    public Pages(Supplier<String> publicUrl, byte[] key, Clock clock) {
        this.publicUrl = publicUrl;
        this.csrf = new Csrf(key, publicUrl);
        this.clock = clock;
    }

    /**
     * The page, with forms that this browser may send.
     *
     * @param viewer null if nobody has signed in
     */
    public WebReply show(WebRequest request, @Nullable Viewer viewer, Page page) {
        String binding = Csrf.binding(request);
        if (binding != null) {
            return render(page, viewer, csrf.token(binding));
        }
        String secret = Ids.secret(FORM_SECRET);
        return render(page, viewer, csrf.token(Csrf.ofForm(secret)))
                .with("set-cookie", Cookies.set(Cookies.FORM, secret, null));
    }

    /**
     * The page in an answer that begins a session: its forms are bound to that one.
     *
     * @param sessionCookie the value that the answer's {@code set-cookie} gives
     */
    public WebReply show(WebRequest request, @Nullable Viewer viewer, Page page, String sessionCookie) {
        return render(page, viewer, csrf.token(Csrf.ofSession(sessionCookie)));
    }

    /** An error's page where no request is at hand. It has no form, and nobody's name. */
    public WebReply error(ErrorPage page) {
        return render(page, null, null);
    }

    /** Lets an endpoint see only the forms that our own pages have sent; the others get 403 and are told what to do. */
    public Endpoint form(Endpoint endpoint) {
        return request -> switch (csrf.check(request)) {
            case Csrf.Verdict.Passed passed -> endpoint.handle(request);
            case Csrf.Verdict.Forged forged -> error(refusal(forged.reason()));
        };
    }

    private ErrorPage refusal(Csrf.Reason reason) {
        return switch (reason) {
            case CROSS_SITE ->
                refusal(
                        "The form did not come from this site. Nothing was changed.",
                        "If you meant to do this, open " + Origins.of(publicUrl.get()) + " and do it there.");
            case NO_COOKIE ->
                refusal(
                        "Your browser sent no cookie with the form, so nobody can tell whose it is.",
                        "Allow cookies for " + Origins.of(publicUrl.get())
                                + ", and go back and load the page again. Over plain http, cookies work only on"
                                + " localhost, and in Safari not even there: use https.");
            case STALE ->
                refusal(
                        "The page was older than your last sign-in or sign-out. Nothing was changed.",
                        "Go back, load the page again, and send the form once more.");
        };
    }

    private static ErrorPage refusal(String message, String cure) {
        return new ErrorPage(403, "That form was not accepted", message, cure, null, null);
    }

    private WebReply render(Page page, @Nullable Viewer viewer, @Nullable String token) {
        Frame frame = new Frame(
                viewer,
                token,
                Assets.href(Assets.STYLESHEET),
                Assets.href(Assets.PASSKEYS),
                Assets.href(Assets.ICON),
                clock.instant());
        StringOutput html = new StringOutput();
        Engine.TEMPLATES.render(page.template() + ".jte", Map.of("page", page, "frame", frame), html);
        return guarded(WebReply.html(page.status(), html.toString()));
    }

    private WebReply guarded(WebReply reply) {
        // same-origin and not no-referrer: with that, browsers send "Origin: null" with our own forms (Fetch, "append a request Origin header").
        WebReply strict = reply.with("content-security-policy", POLICY)
                .with("referrer-policy", "same-origin")
                .with("x-frame-options", "DENY")
                .with("cross-origin-opener-policy", "same-origin")
                .with("cross-origin-resource-policy", "same-origin")
                .with("permissions-policy", PERMISSIONS)
                .with("cache-control", "no-store");
        boolean https = publicUrl.get().startsWith("https:");
        return https ? strict.with("strict-transport-security", HSTS) : strict;
    }
}
