package dev.tollgate.console;

import dev.tollgate.identity.people.FirstRun;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.Passkeys;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Sessions;
import dev.tollgate.identity.people.SignIn;
import dev.tollgate.identity.people.SignInDesk;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.kernel.Json;
import dev.tollgate.web.Cookies;
import dev.tollgate.web.ReturnTo;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.ContinuePage;
import dev.tollgate.web.page.OutsideProvider;
import dev.tollgate.web.page.Page;
import dev.tollgate.web.page.PasswordPage;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.Problems;
import dev.tollgate.web.page.RecoveryCodePage;
import dev.tollgate.web.page.SignInPage;
import dev.tollgate.web.page.SignedOutPage;
import dev.tollgate.web.page.TotpPage;
import dev.tollgate.web.page.Words;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Signing in and out. Every answer before the last is the same whether an email address is known here or not. Each sign-in
 * begins a new session in place of the one that the browser had, so that nobody is led into one that somebody else knows.
 */
final class SignInPages {
    /** Where to go on to. */
    static final String RETURN_TO = "return_to";
    /** Asks for a sign-in even of somebody who has signed in. */
    static final String AGAIN = "again";

    private static final String AUTHORIZE = "/oauth/authorize";
    /** Where to go on to, nowhere else. */
    static final ReturnTo PLACES = new ReturnTo(List.of(Paths.ACCOUNT, Paths.ACCESS, Paths.DEVICE, AUTHORIZE));

    private static final int LONGEST_EMAIL = 254;
    private static final String LATE = "That took too long, or it was used already. Begin again.";

    private final Doorway door;
    private final SignInDesk desk;
    private final Passkeys passkeys;
    private final Sessions sessions;
    private final FirstRun firstRun;
    private final Supplier<List<OutsideProvider>> providers;

    SignInPages(Doorway door, PeopleServices people, Supplier<List<OutsideProvider>> providers) {
        this.door = door;
        this.desk = people.signIn();
        this.passkeys = people.passkeys();
        this.sessions = people.sessions();
        this.firstRun = people.firstRun();
        this.providers = providers;
    }

    void declare(WebRoutes routes) {
        door.get(routes, Paths.SIGN_IN, this::show);
        door.post(routes, Paths.SIGN_IN, this::email);
        door.post(routes, Paths.SIGN_IN_PASSWORD, this::password);
        door.post(routes, Paths.SIGN_IN_TOTP, this::code);
        door.post(routes, Paths.SIGN_IN_RECOVERY, this::recoveryCode);
        door.post(routes, Paths.SIGN_IN_PASSKEY_OPTIONS, request -> options());
        door.post(routes, Paths.SIGN_IN_PASSKEY, this::passkey);
        door.post(routes, Paths.SIGN_OUT, this::signOut);
    }

    /** Where somebody signs in once more before what matters most, and then comes back. */
    static WebReply stepUp(String returnTo) {
        return WebReply.seeOther(Paths.with(Paths.SIGN_IN, RETURN_TO, returnTo) + "&" + AGAIN + "=1");
    }

    private WebReply show(WebRequest request) {
        String returnTo = PLACES.of(request.query().get(RETURN_TO));
        Optional<SignedIn> who = door.who(request);
        boolean again = request.query().get(AGAIN) != null;
        if (who.isPresent() && !again) {
            return WebReply.seeOther(PLACES.or(returnTo, Paths.ACCOUNT));
        }
        if (who.isPresent()) {
            String email = who.get().person().email();
            return begin(request, email, returnTo, "Sign in once more to go on.", Problems.NONE);
        }
        String reason = firstRun.awaited()
                ? "Nobody can sign in yet. Open the link that the server printed when it was started."
                : null;
        return begin(request, "", returnTo, reason, Problems.NONE);
    }

    private WebReply begin(
            WebRequest request, String email, @Nullable String returnTo, @Nullable String reason, Problems problems) {
        return door.show(
                request, new SignInPage(email, returnTo, hasPasskeys(), providers.get(), null, reason, problems));
    }

    private boolean hasPasskeys() {
        return passkeys.signInOptions().isPresent();
    }

    private @Nullable String returnTo(WebRequest request) {
        return PLACES.of(request.form().get(RETURN_TO));
    }

    private WebReply email(WebRequest request) {
        String email = request.form().get("email");
        String returnTo = returnTo(request);
        if (email == null || email.length() > LONGEST_EMAIL || !email.contains("@")) {
            String shown = email == null || email.length() > LONGEST_EMAIL ? "" : email;
            return begin(request, shown, returnTo, null, Problems.field("email", "Type your email address."));
        }
        return door.show(request, new PasswordPage(email.strip(), returnTo, hasPasskeys(), Problems.NONE));
    }

    private WebReply password(WebRequest request) {
        String email = request.form().get("email");
        String password = request.form().get("password");
        String returnTo = returnTo(request);
        if (email == null || email.length() > LONGEST_EMAIL) {
            return begin(request, "", returnTo, null, Problems.field("email", "Type your email address."));
        }
        Function<Problems, Page> page = problems -> new PasswordPage(email, returnTo, hasPasskeys(), problems);
        if (password == null) {
            return door.show(request, page.apply(Problems.field("password", "Type your password.")));
        }
        return answer(
                request,
                desk.password(email, password, Doorway.visitor(request)),
                page,
                Problems.form("The email address or the password is not right."));
    }

    private WebReply code(WebRequest request) {
        String step = request.form().get("step");
        String code = request.form().get("code");
        String returnTo = returnTo(request);
        if (step == null) {
            return begin(request, "", returnTo, null, Problems.form(LATE));
        }
        Function<Problems, Page> page = problems -> new TotpPage(step, returnTo, problems);
        if (code == null) {
            return door.show(request, page.apply(Problems.field("code", "Type the six digits.")));
        }
        return answer(
                request,
                desk.totp(step, code, Doorway.visitor(request)),
                page,
                Problems.field("code", "This code is not right, or was used already. Type the newest one."));
    }

    private WebReply recoveryCode(WebRequest request) {
        String step = request.form().get("step");
        String returnTo = returnTo(request);
        if (step == null) {
            return begin(request, "", returnTo, null, Problems.form(LATE));
        }
        Function<Problems, Page> page = problems -> new RecoveryCodePage(step, returnTo, problems);
        if (request.form().all("recovery_code").isEmpty()) {
            return door.show(request, page.apply(Problems.NONE));
        }
        String code = request.form().get("recovery_code");
        if (code == null) {
            return door.show(request, page.apply(Problems.field("recovery_code", "Type one of your recovery codes.")));
        }
        return answer(
                request,
                desk.recoveryCode(step, code, Doorway.visitor(request)),
                page,
                Problems.field("recovery_code", "This code is not right, or was used already. Try another one."));
    }

    private WebReply options() {
        return passkeys.signInOptions()
                .map(options -> WebReply.json(200, options.getBytes(StandardCharsets.UTF_8)))
                .orElseGet(
                        () -> WebReply.json(404, Json.MAPPER.createObjectNode().put("error", "no_passkeys_here")));
    }

    private WebReply passkey(WebRequest request) {
        String credential = request.form().get("credential");
        String returnTo = returnTo(request);
        Function<Problems, Page> page =
                problems -> new SignInPage("", returnTo, hasPasskeys(), providers.get(), null, null, problems);
        Problems refused = Problems.form("This passkey opens nothing here. Try another one, or your password.");
        if (credential == null) {
            return door.show(request, page.apply(refused));
        }
        return answer(request, desk.passkey(credential, Doorway.visitor(request)), page, refused);
    }

    private WebReply answer(WebRequest request, SignIn outcome, Function<Problems, Page> page, Problems refused) {
        return switch (outcome) {
            case SignIn.Done done -> entered(request, done.signedIn());
            case SignIn.NeedsTotp needs ->
                door.show(request, new TotpPage(needs.step(), returnTo(request), Problems.NONE));
            case SignIn.Refused no -> door.show(request, page.apply(refused));
            case SignIn.Expired late -> begin(request, "", returnTo(request), null, Problems.form(LATE));
            case SignIn.Throttled throttled -> throttled(request, throttled.retryAfter(), page);
            case SignIn.Busy busy ->
                Doorway.busy(door.show(
                        request,
                        page.apply(Problems.form("Many people sign in just now. Try again in a few seconds."))));
        };
    }

    private WebReply throttled(WebRequest request, Duration wait, Function<Problems, Page> page) {
        long seconds = Long.parseLong(Doorway.seconds(wait));
        String time = seconds < 100 ? Words.count(seconds, "second") : Words.count((seconds + 59) / 60, "minute");
        String message = "There were too many wrong attempts. Try again in " + time
                + (hasPasskeys() ? ", or sign in with a passkey now." : ".");
        return Doorway.later(429, wait, door.show(request, page.apply(Problems.form(message))));
    }

    /** On the way to an app a page ends the chain of redirects: see {@link ContinuePage}. */
    private WebReply entered(WebRequest request, NewSession in) {
        String to = PLACES.or(returnTo(request), Paths.ACCOUNT);
        return to.startsWith(AUTHORIZE)
                ? door.show(request, in, new ContinuePage(to, "the app"))
                : Doorway.entered(WebReply.seeOther(to), in);
    }

    private WebReply signOut(WebRequest request) {
        String cookie = request.cookie(Cookies.SESSION);
        if (cookie != null) {
            sessions.signOut(cookie);
        }
        return door.show(request, new SignedOutPage()).with("set-cookie", Cookies.clear(Cookies.SESSION));
    }
}
