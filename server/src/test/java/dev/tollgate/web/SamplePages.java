package dev.tollgate.web;

import dev.tollgate.web.page.AccessPage;
import dev.tollgate.web.page.AccountPage;
import dev.tollgate.web.page.AddPasskeyPage;
import dev.tollgate.web.page.App;
import dev.tollgate.web.page.AuthenticatorPage;
import dev.tollgate.web.page.ChangeAccessPage;
import dev.tollgate.web.page.ConfirmPage;
import dev.tollgate.web.page.ConsentPage;
import dev.tollgate.web.page.ContinuePage;
import dev.tollgate.web.page.DeviceConfirmPage;
import dev.tollgate.web.page.DeviceDonePage;
import dev.tollgate.web.page.DevicePage;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.FirstRunPage;
import dev.tollgate.web.page.InvitationPage;
import dev.tollgate.web.page.Link;
import dev.tollgate.web.page.NewDevicePage;
import dev.tollgate.web.page.OutsideProvider;
import dev.tollgate.web.page.Page;
import dev.tollgate.web.page.PasswordPage;
import dev.tollgate.web.page.Permission;
import dev.tollgate.web.page.Problems;
import dev.tollgate.web.page.Problems.Problem;
import dev.tollgate.web.page.RecoveryCodePage;
import dev.tollgate.web.page.RecoveryCodesPage;
import dev.tollgate.web.page.SessionsPage;
import dev.tollgate.web.page.SetPasswordPage;
import dev.tollgate.web.page.SignInPage;
import dev.tollgate.web.page.SignedOutPage;
import dev.tollgate.web.page.Terms;
import dev.tollgate.web.page.TotpPage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Every page with content, by a name: what people see on a good day, and what they see when something is wrong.
 *
 * @param text puts each text into the page; it can make it worse
 */
record SamplePages(Text text) {
    /** The moment at which all samples are looked at. */
    static final Instant NOW = Instant.parse("2026-11-23T04:13:00Z");

    private static final long USD = 1_000_000_000L;

    /** What becomes of a text on its way into a model. */
    @FunctionalInterface
    interface Text {
        String of(String plain);
    }

    /** As people write. */
    static Map<String, Page> plain() {
        return new SamplePages(plain -> plain).all();
    }

    /** One of them, as people write. */
    static Page plain(String name) {
        return new SamplePages(plain -> plain).page(name);
    }

    /** One of them. */
    Page page(String name) {
        return Objects.requireNonNull(all().get(name), name);
    }

    Map<String, Page> all() {
        Map<String, Page> pages = new LinkedHashMap<>();
        signingIn(pages);
        joining(pages);
        account(pages);
        apps(pages);
        rest(pages);
        return pages;
    }

    private String t(String plain) {
        return text.of(plain);
    }

    private Problems wrong(String field, String message) {
        return new Problems(List.of(new Problem(field, t(message))));
    }

    private void signingIn(Map<String, Page> pages) {
        List<OutsideProvider> providers = List.of(new OutsideProvider("google", t("Google")));
        pages.put(
                "sign-in",
                new SignInPage(
                        "",
                        "/oauth/authorize?client_id=" + t("app"),
                        true,
                        true,
                        providers,
                        new App(t("Quarterly Reports"), false, t("reports.example.com"), false),
                        null,
                        Problems.NONE));
        pages.put(
                "sign-in-problem",
                new SignInPage(
                        t("ada@"),
                        null,
                        false,
                        false,
                        List.of(),
                        null,
                        t("Sign in again to change how you sign in."),
                        wrong("email", "Enter a whole email address, such as ada@example.com.")));
        pages.put(
                "password",
                new PasswordPage(t("ada@example.com"), t("/account"), true, false, t("Now known."), Problems.NONE));
        pages.put(
                "password-problem",
                new PasswordPage(
                        t("ada@example.com"),
                        null,
                        true,
                        true,
                        null,
                        new Problems(List.of(
                                new Problem(null, t("The email address, the password or the code was not right.")),
                                new Problem("password", t("Enter your password."))))));
        pages.put("totp", new TotpPage(t("step"), t("/account"), true, Problems.NONE));
        pages.put(
                "recovery-code",
                new RecoveryCodePage(t("step"), t("/account"), true, wrong("recovery_code", "Not right.")));
        pages.put("new-device", new NewDevicePage("", t("/account"), Problems.NONE));
        pages.put(
                "new-device-problem",
                new NewDevicePage(t("ada@example.com"), null, wrong("recovery_code", "Type one of your codes.")));
        pages.put("signed-out", new SignedOutPage());
    }

    private void joining(Map<String, Page> pages) {
        pages.put(
                "first-run", new FirstRunPage(t("tgf_secret"), t("ada@example.com"), t("Ada Lovelace"), Problems.NONE));
        pages.put(
                "invitation",
                new InvitationPage(
                        t("tgi_secret"),
                        t("grace@example.com"),
                        t("member"),
                        t("Ada Lovelace"),
                        NOW.plusSeconds(600_000),
                        t("Grace"),
                        List.of(new OutsideProvider("google", t("Google")), new OutsideProvider("okta", t("Okta"))),
                        Problems.NONE));
        pages.put("first-passkey", new AddPasskeyPage(t("Firefox on Linux"), true, true, t("/account"), Problems.NONE));
        pages.put(
                "add-passkey",
                new AddPasskeyPage(
                        t("Laptop"), false, true, null, wrong("name", "Give it a name of at most 60 letters.")));
        pages.put("no-passkeys", new AddPasskeyPage(t("Laptop"), true, false, null, Problems.NONE));
        pages.put("set-password", new SetPasswordPage(t("ada@example.com"), false, Problems.NONE));
        pages.put(
                "change-password",
                new SetPasswordPage(
                        t("ada@example.com"),
                        true,
                        wrong("repeated_password", "The two are not the same. Type both again.")));
        pages.put(
                "authenticator",
                new AuthenticatorPage(
                        t("ticket"),
                        "otpauth://totp/Tollgate:ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Tollgate",
                        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                        Problems.NONE));
        pages.put(
                "recovery-codes",
                new RecoveryCodesPage(
                        List.of(
                                t("7h2k-9mqx-4tzc"),
                                "b3dw-k8rn-x2vf",
                                "q9tj-5ycm-h6gz",
                                "m4xk-w7pd-3rbn",
                                "c8vz-2hqt-j5fk",
                                "t6nm-r9xb-7dwy"),
                        "/account"));
    }

    private void account(Map<String, Page> pages) {
        List<AccountPage.Passkey> passkeys = List.of(
                new AccountPage.Passkey("pk_1", t("iCloud Keychain"), true, NOW.minusSeconds(90), NOW, false),
                new AccountPage.Passkey("pk_2", t("Security key"), false, NOW.minusSeconds(9_000_000), null, true));
        pages.put(
                "account",
                new AccountPage(
                        t("Ada Lovelace"),
                        t("ada@example.com"),
                        t("owner"),
                        t("Analytical Engines"),
                        true,
                        passkeys,
                        true,
                        2,
                        List.of(
                                new AccountPage.Outside(
                                        t("https://accounts.google.com"),
                                        t("1042"),
                                        t("Google"),
                                        t("a@gmail.com"),
                                        NOW,
                                        false),
                                new AccountPage.Outside("https://id.example", "7", t("id.example"), "", null, true)),
                        List.of(new OutsideProvider("okta", t("Okta"))),
                        t("The passkey was added."),
                        Problems.NONE));
        pages.put(
                "account-new",
                new AccountPage(
                        "",
                        t("g@example.com"),
                        "member",
                        "default",
                        true,
                        List.of(),
                        false,
                        0,
                        List.of(),
                        List.of(),
                        null,
                        wrong("name", "Enter your name.")));
        pages.put(
                "sessions",
                new SessionsPage(
                        List.of(
                                new SessionsPage.Row(
                                        "ses_1", t("Firefox on Linux"), "203.0.113.7", t("passkey"), NOW, NOW, true),
                                new SessionsPage.Row(
                                        "ses_2",
                                        t("Safari on iPhone"),
                                        "2001:db8:85a3::8a2e:370:7334",
                                        "password and code",
                                        NOW.minusSeconds(400_000),
                                        NOW.minusSeconds(8_000),
                                        false)),
                        t("One session was ended.")));
    }

    private Terms terms(boolean spends) {
        return new Terms(
                spends,
                t("10.00"),
                "month",
                "50.00",
                List.of(
                        new Terms.Duration("P7D", "7 days, until 30 November 2026"),
                        new Terms.Duration(t("P30D"), t("30 days, until 23 December 2026"))),
                "P30D",
                30);
    }

    private void apps(Map<String, Page> pages) {
        App known = new App(t("Claude Code"), true, null, false);
        App web = new App(t("Quarterly Reports"), false, t("reports.example.com"), false);
        App local = new App(t("My little script"), false, "127.0.0.1", true);
        List<Permission> models = List.of(Permission.of("models:use"), Permission.of("usage:read"));
        List<Permission> many = List.of(
                Permission.of(t("models:use:claude-sonnet")),
                Permission.of(t("mcp:github")),
                Permission.of("email"),
                Permission.of(t("other")));
        pages.put("consent", new ConsentPage(t("request"), web, many, terms(true), Problems.NONE));
        pages.put(
                "consent-problem",
                new ConsentPage(
                        t("request"),
                        local,
                        models,
                        terms(true),
                        wrong("cap_usd", "Enter an amount, such as 10 or 2.50.")));
        pages.put(
                "consent-free",
                new ConsentPage(
                        "request",
                        new App("Wiki", true, "wiki.example.com", false),
                        List.of(Permission.of("openid"), Permission.of("profile")),
                        terms(false),
                        Problems.NONE));
        pages.put("device", new DevicePage("", Problems.NONE));
        pages.put(
                "device-problem",
                new DevicePage(
                        t("BCDF-GHJK"), wrong("user_code", "This code has expired. Ask your device for a new one.")));
        pages.put(
                "device-confirm",
                new DeviceConfirmPage(
                        t("BCDF-GHJK"),
                        known,
                        models,
                        t("198.51.100.23"),
                        t("Zürich, Switzerland"),
                        false,
                        NOW.minusSeconds(40),
                        terms(true),
                        Problems.NONE));
        pages.put("device-done", new DeviceDonePage(t("Claude Code"), true));
        pages.put("device-refused", new DeviceDonePage(t("Claude Code"), false));
        pages.put(
                "access",
                new AccessPage(
                        List.of(
                                grant("gra_1", web, 9_620_000_000L),
                                grant("gra_2", known, 3 * USD),
                                new AccessPage.Grant(
                                        "gra_3", local, many, null, 4 * USD, NOW.minusSeconds(90_000), null, null)),
                        t("Access was revoked."),
                        30));
        pages.put("change-access", new ChangeAccessPage("gra_1", web, terms(true), Problems.NONE));
        pages.put("access-none", new AccessPage(List.of(), null, 30));
    }

    private AccessPage.Grant grant(String id, App app, long spentNanoUsd) {
        return new AccessPage.Grant(
                id,
                app,
                List.of(Permission.of("models:use"), Permission.of(t("admin:keys"))),
                new AccessPage.Spending(spentNanoUsd, 10 * USD, "month"),
                25 * USD,
                NOW.minusSeconds(1_000_000),
                NOW.minusSeconds(500),
                NOW.plusSeconds(2_000_000));
    }

    private void rest(Map<String, Page> pages) {
        pages.put(
                "confirm",
                new ConfirmPage(
                        t("Sign out?"),
                        t("Quarterly Reports asks to end your session here too."),
                        "/sign-out",
                        Map.of("state", t("xyz")),
                        t("Sign out"),
                        false,
                        new Link("/account", t("Stay signed in"))));
        pages.put("continue", new ContinuePage("/samples/signed-out", t("Quarterly Reports")));
        pages.put(
                "error",
                new ErrorPage(
                        500,
                        t("Something went wrong here"),
                        t("It is a fault of this server, not of yours."),
                        t("Try again in a minute."),
                        t("req_06e7k2m9x4"),
                        new Link("/account", t("Go to your account"))));
    }
}
