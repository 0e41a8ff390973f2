package dev.tollgate.console;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Methods;
import dev.tollgate.identity.people.OutsideIdentities;
import dev.tollgate.identity.people.OutsideIdentity;
import dev.tollgate.identity.people.Passkeys;
import dev.tollgate.identity.people.People;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.PersonChange;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.AccountPage;
import dev.tollgate.web.page.OutsideProvider;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.Problems;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A person's own page. */
final class AccountPages {
    private final Doorway door;
    private final People people;
    private final Passkeys passkeys;
    private final OutsideIdentities outside;
    private final MethodChanges changes;
    private final Supplier<List<OutsideProvider>> providers;

    AccountPages(
            Doorway door, PeopleServices people, MethodChanges changes, Supplier<List<OutsideProvider>> providers) {
        this.door = door;
        this.people = people.people();
        this.passkeys = people.passkeys();
        this.outside = people.outside();
        this.changes = changes;
        this.providers = providers;
    }

    void declare(WebRoutes routes) {
        door.getInside(routes, Paths.ACCOUNT, this::account);
        door.postInside(routes, Paths.ACCOUNT_NAME, this::rename);
        door.postInside(routes, Paths.OUTSIDE_UNLINK, this::unlink);
    }

    /** Whoever has come in by a link and has no way to come again chooses one first. */
    private WebReply account(WebRequest request, SignedIn who) {
        return people.methods(who.person().id()).any()
                ? show(request, who, Problems.NONE)
                : WebReply.seeOther(Paths.PASSKEYS);
    }

    /** The page with what is wrong with a form on it. */
    WebReply show(WebRequest request, SignedIn who, Problems problems) {
        Person person = who.person();
        Methods methods = people.methods(person.id());
        return door.show(
                request,
                who,
                new AccountPage(
                        person.name(),
                        person.email(),
                        person.role().wireName(),
                        person.account(),
                        passkeys.signInOptions().isPresent(),
                        methods.passkeys().stream()
                                .map(passkey -> new AccountPage.Passkey(
                                        passkey.id(),
                                        passkey.name(),
                                        passkey.synced(),
                                        passkey.createdAt(),
                                        passkey.lastUsedAt(),
                                        passkey.clonedAt() != null))
                                .toList(),
                        methods.password(),
                        methods.recoveryCodes(),
                        Stream.concat(
                                        methods.outside().stream().map(identity -> shown(identity, false)),
                                        methods.lapsed().stream().map(identity -> shown(identity, true)))
                                .toList(),
                        providers.get(),
                        Notice.text(request.query().get(Notice.PARAMETER)),
                        problems));
    }

    private static AccountPage.Outside shown(OutsideIdentity identity, boolean lapsed) {
        return new AccountPage.Outside(
                identity.issuer(),
                identity.subject(),
                provider(identity.issuer()),
                identity.email(),
                identity.lastUsedAt(),
                lapsed);
    }

    /** A provider's host says to people who it is. */
    private static String provider(String issuer) {
        try {
            return Objects.requireNonNullElse(new URI(issuer).getHost(), issuer);
        } catch (URISyntaxException e) {
            return issuer;
        }
    }

    private WebReply rename(WebRequest request, SignedIn who) {
        String name = Doorway.text(request.form().get("name"));
        try {
            people.change(who.person().id(), PersonChange.name(name), Actor.of(who.person()));
        } catch (Refusal refusal) {
            return show(request, who, Problems.field("name", refusal.text() + " " + refusal.cure()));
        }
        return Notice.NAME_CHANGED.on(Paths.ACCOUNT);
    }

    private WebReply unlink(WebRequest request, SignedIn who) {
        String issuer = Doorway.text(request.form().get("issuer"));
        String subject = Doorway.text(request.form().get("subject"));
        return changes.answer(
                outside.unlink(who, issuer, subject),
                who,
                Paths.ACCOUNT,
                done -> Notice.UNLINKED.on(Paths.ACCOUNT),
                problems -> show(request, who, problems));
    }
}
