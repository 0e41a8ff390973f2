package dev.tollgate.console;

import dev.tollgate.identity.people.MethodChange;
import dev.tollgate.identity.people.Passkeys;
import dev.tollgate.identity.people.People;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.kernel.Json;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.AddPasskeyPage;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.Problems;
import java.nio.charset.StandardCharsets;

/** A person's passkeys. */
final class PasskeyPages {
    private final Doorway door;
    private final People people;
    private final Passkeys passkeys;
    private final MethodChanges changes;
    private final AccountPages account;

    PasskeyPages(Doorway door, PeopleServices people, MethodChanges changes, AccountPages account) {
        this.door = door;
        this.people = people.people();
        this.passkeys = people.passkeys();
        this.changes = changes;
        this.account = account;
    }

    void declare(WebRoutes routes) {
        door.getInside(routes, Paths.PASSKEYS, this::form);
        door.postInside(routes, Paths.PASSKEY_OPTIONS, (request, who) -> options(who));
        door.postInside(routes, Paths.PASSKEYS, this::add);
        door.postInside(routes, Paths.PASSKEY_RENAME, this::rename);
        door.postInside(routes, Paths.PASSKEY_REMOVE, this::remove);
    }

    private WebReply form(WebRequest request, SignedIn who) {
        WebReply elsewhere = changes.unlessRecent(who, Paths.PASSKEYS);
        return elsewhere == null ? form(request, who, who.session().device(), Problems.NONE) : elsewhere;
    }

    private WebReply form(WebRequest request, SignedIn who, String name, Problems problems) {
        boolean first = !people.methods(who.person().id()).any();
        boolean possible = passkeys.signInOptions().isPresent();
        return door.show(request, who, new AddPasskeyPage(name, first, possible, null, problems));
    }

    private WebReply options(SignedIn who) {
        return passkeys.registrationOptions(who) instanceof MethodChange.Done<String>(String options)
                ? WebReply.json(200, options.getBytes(StandardCharsets.UTF_8))
                : WebReply.json(403, Json.MAPPER.createObjectNode().put("error", "load_the_page_again"));
    }

    private WebReply add(WebRequest request, SignedIn who) {
        String credential = Doorway.text(request.form().get("credential"));
        String name = Doorway.text(request.form().get("name"));
        return changes.answer(
                passkeys.register(who, credential, name),
                who,
                Paths.PASSKEYS,
                done -> Notice.PASSKEY_ADDED.on(Paths.ACCOUNT),
                problems -> form(request, who, name, problems));
    }

    private WebReply rename(WebRequest request, SignedIn who) {
        return changes.answer(
                passkeys.rename(
                        who,
                        request.pathParameter("id"),
                        Doorway.text(request.form().get("name"))),
                who,
                Paths.ACCOUNT,
                done -> Notice.PASSKEY_RENAMED.on(Paths.ACCOUNT),
                problems -> account.show(request, who, problems));
    }

    private WebReply remove(WebRequest request, SignedIn who) {
        return changes.answer(
                passkeys.remove(who, request.pathParameter("id")),
                who,
                Paths.ACCOUNT,
                done -> Notice.PASSKEY_REMOVED.on(Paths.ACCOUNT),
                problems -> account.show(request, who, problems));
    }
}
