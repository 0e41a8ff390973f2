package dev.tollgate.oauth;

import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.oauth.ConsentTerms.Choice;
import dev.tollgate.oauth.DeviceCodes.Lookup;
import dev.tollgate.oauth.DeviceCodes.Waiting;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.page.DeviceConfirmPage;
import dev.tollgate.web.page.DeviceDonePage;
import dev.tollgate.web.page.DevicePage;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.Problems;
import dev.tollgate.web.page.Terms;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a person types the code that a device shows, sees what the device wants, and decides (RFC 8628 section 3.3). A code
 * that came with a link stands in the field and is not sent by itself: whoever made the link may be after somebody who
 * trusts it (section 5.4).
 */
final class DevicePages {
    static final String USER_CODE = "user_code";
    private static final int LONGEST = 20;
    private static final int HALF = 4;

    private final PageDoor door;
    private final DeviceCodes devices;
    private final Clients clients;
    private final Grants grants;
    private final Consents consents;
    private final CodeAttempts attempts = new CodeAttempts();

    DevicePages(AuthorizationServer server, PageDoor door, Consents consents) {
        this.door = door;
        this.devices = server.devices();
        this.clients = server.clients();
        this.grants = server.grants();
        this.consents = consents;
    }

    /** What a typed code leads to: a device that waits, or what to say instead. */
    private sealed interface Found {
        record Device(Waiting waiting, Client client) implements Found {}

        record Nothing(int status, String message) implements Found {}
    }

    private static final Found.Nothing LATE =
            new Found.Nothing(200, "This code was used or has expired just now. Look at your device.");

    /** Asks for the code. */
    WebReply ask(WebRequest request, SignedIn who) {
        return door.show(request, who, new DevicePage(typed(request.query().get(USER_CODE)), Problems.NONE));
    }

    private static String typed(@Nullable String code) {
        return code == null ? "" : code.substring(0, Math.min(code.length(), LONGEST));
    }

    /** Shows what the device wants. */
    WebReply look(WebRequest request, SignedIn who) {
        String code = typed(request.form().get(USER_CODE));
        return switch (find(request, who, code)) {
            case Found.Nothing nothing -> again(request, who, code, nothing);
            case Found.Device device when wantsProof(who, device) -> prove(code);
            case Found.Device device -> {
                SpendingCap cap = former(who, device).map(AccessGrant::cap).orElse(null);
                Terms terms = ConsentTerms.offered(device.waiting().scopes(), cap, consents.now());
                yield confirm(request, who, code, device, terms, Problems.NONE);
            }
        };
    }

    private boolean wantsProof(SignedIn who, Found.Device device) {
        return consents.wantsProof(who.session(), device.waiting().scopes());
    }

    /** To the sign-in, and back to the code. */
    private static WebReply prove(String code) {
        return PageDoor.signIn(Paths.with(Paths.DEVICE, USER_CODE, shown(code)), PageDoor.Wanted.PROOF);
    }

    private WebReply again(WebRequest request, SignedIn who, String code, Found.Nothing nothing) {
        WebReply page = door.show(request, who, new DevicePage(code, Problems.field(USER_CODE, nothing.message())));
        return new WebReply(nothing.status(), page.contentType(), page.body(), page.headers());
    }

    private Found find(WebRequest request, SignedIn who, String code) {
        if (code.isBlank()) {
            return new Found.Nothing(200, "Type the code that your device shows.");
        }
        CodeAttempts.Attempt attempt = attempts.count(who.person().id(), request.clientAddress());
        if (attempt == null) {
            return new Found.Nothing(429, "Too many codes were typed that are none. Try again in some minutes.");
        }
        return switch (devices.look(code)) {
            case Lookup.Found found -> {
                attempt.right();
                yield clients.find(found.waiting().clientId())
                        .map(client -> found(who, found.waiting(), client))
                        .orElseGet(() -> new Found.Nothing(200, "The app that asked is not known any more."));
            }
            case Lookup.Used used ->
                new Found.Nothing(
                        200, "This code was used already. If your device still waits, let it show a new one.");
            case Lookup.Expired expired ->
                new Found.Nothing(200, "This code has expired. Let your device show a new one.");
            case Lookup.Unknown unknown ->
                new Found.Nothing(200, "There is no such code. Compare it with what your device shows.");
        };
    }

    /** With as much of what the device asks for as this person can allow. */
    private static Found found(SignedIn who, Waiting waiting, Client client) {
        List<String> possible = Consents.possible(who.person(), waiting.scopes());
        return possible.isEmpty()
                ? new Found.Nothing(200, "What your device asks for only an administrator can allow.")
                : new Found.Device(waiting.within(possible), client);
    }

    private Optional<AccessGrant> former(SignedIn who, Found.Device device) {
        Waiting waiting = device.waiting();
        return consents.former(who.person(), device.client(), waiting.scopes(), waiting.resource());
    }

    private WebReply confirm(
            WebRequest request, SignedIn who, String code, Found.Device device, Terms terms, Problems problems) {
        Waiting waiting = device.waiting();
        return door.show(
                request,
                who,
                new DeviceConfirmPage(
                        shown(code),
                        Consents.app(device.client(), null),
                        Consents.permissions(waiting.scopes()),
                        waiting.address(),
                        null,
                        waiting.address().equals(request.clientAddress()) && door.isTelling(waiting.address()),
                        waiting.createdAt(),
                        terms,
                        problems));
    }

    /** As the device shows it. */
    private static String shown(String code) {
        String letters = code.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "");
        return letters.substring(0, HALF) + "-" + letters.substring(HALF);
    }

    /** The person has decided. */
    WebReply decided(WebRequest request, SignedIn who) {
        String code = typed(request.form().get(USER_CODE));
        return switch (find(request, who, code)) {
            case Found.Nothing nothing -> again(request, who, code, nothing);
            case Found.Device device -> decided(request, who, code, device);
        };
    }

    private WebReply decided(WebRequest request, SignedIn who, String code, Found.Device device) {
        String decision = request.form().get("decision");
        if ("deny".equals(decision)) {
            return devices.deny(device.waiting().id(), Consents.actor(who.person()))
                    ? door.show(request, who, new DeviceDonePage(device.client().name(), false))
                    : again(request, who, code, LATE);
        }
        if (wantsProof(who, device)) {
            return prove(code);
        }
        return switch (ConsentTerms.chosen(request.form(), device.waiting().scopes(), consents.now())) {
            case Choice.Wrong wrong -> confirm(request, who, code, device, wrong.typed(), wrong.problems());
            case Choice.Chosen chosen when "allow".equals(decision) -> connect(request, who, code, device, chosen);
            case Choice.Chosen chosen ->
                confirm(
                        request,
                        who,
                        code,
                        device,
                        ConsentTerms.offered(device.waiting().scopes(), chosen.cap(), consents.now()),
                        Problems.form("Choose whether to connect it."));
        };
    }

    private WebReply connect(WebRequest request, SignedIn who, String code, Found.Device device, Choice.Chosen terms) {
        Waiting waiting = device.waiting();
        Consents.Allowed allowed =
                consents.allow(who.person(), device.client(), waiting.scopes(), waiting.resource(), terms);
        boolean connected = devices.approve(
                waiting.id(),
                allowed.grant(),
                who.session().authenticatedAt().toEpochMilli(),
                who.session().way().amr(),
                Consents.actor(who.person()));
        if (connected) {
            return door.show(request, who, new DeviceDonePage(device.client().name(), true));
        }
        if (allowed.fresh()) {
            grants.revoke(who.person().id(), allowed.grant().id(), Consents.actor(who.person()));
        }
        return again(request, who, code, LATE);
    }
}
