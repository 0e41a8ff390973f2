package dev.tollgate.console;

import dev.tollgate.identity.people.DeviceAdmission;
import dev.tollgate.identity.people.FirstRun;
import dev.tollgate.identity.people.NewDevices;
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
import dev.tollgate.web.page.App;
import dev.tollgate.web.page.ContinuePage;
import dev.tollgate.web.page.NewDevicePage;
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
    /** Asks for a sign-in of just now, even of somebody who has signed in. */
    static final String AGAIN = "again";
    /** Asks somebody who has signed in as whom to go on: any sign-in will do. */
    private static final String CHOOSE = "choose";

    private static final String AUTHORIZE = "/oauth/authorize";
    /** Where to go on to, nowhere else. */
    static final ReturnTo PLACES = new ReturnTo(List.of(Paths.ACCOUNT, Paths.ACCESS, Paths.DEVICE, AUTHORIZE));

    private static final int LONGEST_EMAIL = 254;
    private static final String RECOVERY_CODE = "recovery_code";
    private static final String TYPE_EMAIL = "Type your email address.";
    private static final Problems NO_CODE = Problems.field(RECOVERY_CODE, "Type one of your recovery codes.");
    private static final String LATE = "That took too long, or it was used already. Begin again.";

    private final Doorway door;
    private final SignInDesk desk;
    private final NewDevices newDevices;
    private final Passkeys passkeys;
    private final Sessions sessions;
    private final FirstRun firstRun;
    private final Supplier<List<OutsideProvider>> providers;
    private final Function<String, Optional<App>> apps;

    SignInPages(
            Doorway door,
            PeopleServices people,
            Supplier<List<OutsideProvider>> providers,
            Function<String, Optional<App>> apps) {
        this.door = door;
        this.desk = people.signIn();
        this.newDevices = people.newDevices();
        this.passkeys = people.passkeys();
        this.sessions = people.sessions();
        this.firstRun = people.firstRun();
        this.providers = providers;
        this.apps = apps;
    }

    void declare(WebRoutes routes) {
        door.get(routes, Paths.SIGN_IN, this::show);
        door.post(routes, Paths.SIGN_IN, this::email);
        door.post(routes, Paths.SIGN_IN_PASSWORD, this::password);
        door.post(routes, Paths.SIGN_IN_TOTP, this::code);
        door.post(routes, Paths.SIGN_IN_RECOVERY, this::recoveryCode);
        door.post(routes, Paths.SIGN_IN_NEW_DEVICE, this::newDevice);
        door.post(routes, Paths.SIGN_IN_PASSKEY_OPTIONS, request -> options());
        door.post(routes, Paths.SIGN_IN_PASSKEY, this::passkey);
        door.post(routes, Paths.SIGN_OUT, this::signOut);
    }

    /** Where somebody signs in once more before what matters most, and then comes back. */
    static String stepUp(@Nullable String returnTo) {
        return Paths.with(Paths.with(Paths.SIGN_IN, RETURN_TO, returnTo), AGAIN, "1");
    }

    private WebReply show(WebRequest request) {
        String returnTo = PLACES.of(request.query().get(RETURN_TO));
        Optional<SignedIn> who = door.who(request);
        if (who.isPresent() && !has(request, AGAIN) && !has(request, CHOOSE)) {
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
        return door.show(request, page(request, email, returnTo, reason, problems));
    }

    private SignInPage page(
            WebRequest request, String email, @Nullable String returnTo, @Nullable String reason, Problems problems) {
        // A form has lost what was wanted: of somebody who has signed in more is wanted then rather than less.
        boolean again = has(request, AGAIN)
                || (!has(request, CHOOSE) && door.who(request).isPresent());
        App app = returnTo == null ? null : apps.apply(returnTo).orElse(null);
        return new SignInPage(email, returnTo, again, hasPasskeys(), providers.get(), app, reason, problems);
    }

    private static boolean has(WebRequest request, String parameter) {
        return request.query().get(parameter) != null;
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
        if (email == null || !isEmail(email)) {
            String shown = shownEmail(Doorway.text(email));
            return begin(request, shown, returnTo, null, Problems.field("email", TYPE_EMAIL));
        }
        return door.show(request, new PasswordPage(email.strip(), returnTo, hasPasskeys(), false, null, Problems.NONE));
    }

    private WebReply password(WebRequest request) {
        String email = request.form().get("email");
        String password = request.form().get("password");
        String returnTo = returnTo(request);
        if (email == null || email.length() > LONGEST_EMAIL) {
            return begin(request, "", returnTo, null, Problems.field("email", TYPE_EMAIL));
        }
        Shown page =
                (newDevice, problems) -> new PasswordPage(email, returnTo, hasPasskeys(), newDevice, null, problems);
        if (password == null) {
            return door.show(request, page.with(Problems.field("password", "Type your password.")));
        }
        return answer(
                request,
                desk.password(email, password, Doorway.visitor(request)),
                page,
                Problems.field("password", "The email address or the password is not right."));
    }

    private WebReply code(WebRequest request) {
        String step = request.form().get("step");
        String code = request.form().get("code");
        String returnTo = returnTo(request);
        if (step == null) {
            return begin(request, "", returnTo, null, Problems.form(LATE));
        }
        Shown page = (newDevice, problems) -> new TotpPage(step, returnTo, newDevice, problems);
        if (code == null) {
            return door.show(request, page.with(Problems.field("code", "Type the six digits.")));
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
        Shown page = (newDevice, problems) -> new RecoveryCodePage(step, returnTo, newDevice, problems);
        if (request.form().all(RECOVERY_CODE).isEmpty()) {
            return door.show(request, page.with(Problems.NONE));
        }
        String code = request.form().get(RECOVERY_CODE);
        if (code == null) {
            return door.show(request, page.with(NO_CODE));
        }
        return answer(
                request,
                desk.recoveryCode(step, code, Doorway.visitor(request)),
                page,
                Problems.field(RECOVERY_CODE, "This code is not right, or was used already. Try another one."));
    }

    /** Begins no session: whoever has the code has still to sign in, with attempts that nobody else can use up. */
    private WebReply newDevice(WebRequest request) {
        String email = Doorway.text(request.form().get("email"));
        String returnTo = returnTo(request);
        Function<Problems, Page> page = problems -> new NewDevicePage(shownEmail(email), returnTo, problems);
        if (request.form().all(RECOVERY_CODE).isEmpty()) {
            return door.show(request, page.apply(Problems.NONE));
        }
        String code = request.form().get(RECOVERY_CODE);
        if (!isEmail(email)) {
            return door.show(request, page.apply(Problems.field("email", TYPE_EMAIL)));
        }
        if (code == null) {
            return door.show(request, page.apply(NO_CODE));
        }
        return switch (newDevices.admit(email, code, Doorway.visitor(request))) {
            case DeviceAdmission.Admitted(String token) ->
                Doorway.known(
                        door.show(
                                request,
                                new PasswordPage(
                                        email.strip(),
                                        returnTo,
                                        hasPasskeys(),
                                        false,
                                        "This device is known now, and that code is used up. Sign in as usual.",
                                        Problems.NONE)),
                        token);
            case DeviceAdmission.Refused no ->
                door.show(
                        request,
                        page.apply(
                                Problems.form("The email address or the code is not right, or it was used already.")));
            case DeviceAdmission.Throttled(Duration wait) ->
                Doorway.later(429, wait, door.show(request, page.apply(Problems.form(tooMany(wait, hasPasskeys())))));
        };
    }

    private static boolean isEmail(String email) {
        return email.length() <= LONGEST_EMAIL && email.contains("@");
    }

    private static String shownEmail(String email) {
        return email.length() > LONGEST_EMAIL ? "" : email.strip();
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
        Shown page = (newDevice, problems) -> page(request, "", returnTo, null, problems);
        Problems refused = Problems.form("This passkey opens nothing here. Try another one, or your password.");
        if (credential == null) {
            return door.show(request, page.with(refused));
        }
        return answer(request, desk.passkey(credential, Doorway.visitor(request)), page, refused);
    }

    /** The page that a form was sent from, once more. */
    @FunctionalInterface
    private interface Shown {
        /** @param newDevice whether a new device can go on by {@link Paths#SIGN_IN_NEW_DEVICE} */
        Page with(boolean newDevice, Problems problems);

        default Page with(Problems problems) {
            return with(false, problems);
        }
    }

    private WebReply answer(WebRequest request, SignIn outcome, Shown page, Problems refused) {
        return switch (outcome) {
            case SignIn.Done done -> entered(request, done.signedIn());
            case SignIn.NeedsTotp needs ->
                door.show(request, new TotpPage(needs.step(), returnTo(request), false, Problems.NONE));
            case SignIn.Refused no -> door.show(request, page.with(refused));
            case SignIn.Expired late -> begin(request, "", returnTo(request), null, Problems.form(LATE));
            case SignIn.Throttled throttled -> throttled(request, throttled, page);
            case SignIn.Busy busy ->
                Doorway.busy(door.show(
                        request,
                        page.with(Problems.form("Many people sign in just now. Try again in a few seconds."))));
        };
    }

    private WebReply throttled(WebRequest request, SignIn.Throttled throttled, Shown page) {
        Duration wait = throttled.retryAfter();
        Problems problems = Problems.form(tooMany(wait, hasPasskeys()));
        return Doorway.later(429, wait, door.show(request, page.with(throttled.newDevice(), problems)));
    }

    private static String tooMany(Duration wait, boolean passkeys) {
        long seconds = Long.parseLong(Doorway.seconds(wait));
        String time = seconds < 100 ? Words.count(seconds, "second") : Words.count((seconds + 59) / 60, "minute");
        return "There were too many wrong attempts. Try again in " + time
                + (passkeys ? ", or sign in with a passkey now." : ".");
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
