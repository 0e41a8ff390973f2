package dev.tollgate.console;

import dev.tollgate.identity.people.NewPassword;
import dev.tollgate.identity.people.PasswordSetup;
import dev.tollgate.identity.people.Passwords;
import dev.tollgate.identity.people.People;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.AuthenticatorPage;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.Problems;
import dev.tollgate.web.page.RecoveryCodesPage;
import dev.tollgate.web.page.SetPasswordPage;
import java.util.Optional;

/** A person's password, the authenticator that goes with it, and the recovery codes. */
final class PasswordPages {
    private final Doorway door;
    private final People people;
    private final Passwords passwords;
    private final MethodChanges changes;
    private final AccountPages account;

    PasswordPages(Doorway door, PeopleServices people, MethodChanges changes, AccountPages account) {
        this.door = door;
        this.people = people.people();
        this.passwords = people.passwords();
        this.changes = changes;
        this.account = account;
    }

    void declare(WebRoutes routes) {
        door.getInside(routes, Paths.PASSWORD, this::form);
        door.postInside(routes, Paths.PASSWORD, this::set);
        door.postInside(routes, Paths.PASSWORD_REMOVE, this::remove);
        door.postInside(routes, Paths.AUTHENTICATOR, this::authenticator);
        door.postInside(routes, Paths.AUTHENTICATOR_CONFIRM, this::confirm);
        door.postInside(routes, Paths.RECOVERY_CODES, this::recoveryCodes);
    }

    private WebReply form(WebRequest request, SignedIn who) {
        WebReply elsewhere = changes.unlessRecent(who, Paths.PASSWORD);
        return elsewhere == null ? form(request, who, Problems.NONE) : elsewhere;
    }

    private WebReply form(WebRequest request, SignedIn who, Problems problems) {
        return door.show(request, who, new SetPasswordPage(who.person().email(), hasPassword(who), problems));
    }

    private boolean hasPassword(SignedIn who) {
        return people.methods(who.person().id()).password();
    }

    private WebReply set(WebRequest request, SignedIn who) {
        String password = request.form().get("new_password");
        if (password == null) {
            return form(request, who, Problems.field("new_password", "Type a password."));
        }
        if (!password.equals(request.form().get("repeated_password"))) {
            return form(request, who, Problems.field("repeated_password", "The two differ. Type the same twice."));
        }
        if (hasPassword(who)) {
            return changes.answer(
                    passwords.change(who, password, Doorway.visitor(request)),
                    who,
                    Paths.PASSWORD,
                    "new_password",
                    in -> Doorway.entered(Notice.PASSWORD_CHANGED.on(Paths.ACCOUNT), in),
                    problems -> form(request, who, problems));
        }
        return changes.answer(
                passwords.begin(who, password),
                who,
                Paths.PASSWORD,
                "new_password",
                setup -> setUp(request, who, setup, Problems.NONE),
                problems -> form(request, who, problems));
    }

    private WebReply setUp(WebRequest request, SignedIn who, PasswordSetup setup, Problems problems) {
        return door.show(
                request, who, new AuthenticatorPage(setup.ticket(), setup.provisioningUri(), setup.secret(), problems));
    }

    private WebReply authenticator(WebRequest request, SignedIn who) {
        return changes.answer(
                passwords.beginAuthenticator(who),
                who,
                Paths.ACCOUNT,
                setup -> setUp(request, who, setup, Problems.NONE),
                problems -> account.show(request, who, problems));
    }

    private WebReply confirm(WebRequest request, SignedIn who) {
        String ticket = Doorway.text(request.form().get("ticket"));
        String code = Doorway.text(request.form().get("code"));
        return changes.answer(
                passwords.confirm(who, ticket, code, Doorway.visitor(request)),
                who,
                Paths.PASSWORD,
                "code",
                password -> confirmed(request, password),
                problems -> {
                    Optional<PasswordSetup> setup = passwords.reopen(who, ticket);
                    return setup.isPresent()
                            ? setUp(request, who, setup.get(), problems)
                            : form(
                                    request,
                                    who,
                                    Problems.form(problems.all().getFirst().message()));
                });
    }

    private WebReply confirmed(WebRequest request, NewPassword password) {
        return door.show(
                request,
                password.signedIn(),
                new RecoveryCodesPage(password.recoveryCodes(), Notice.PASSWORD_SET.at(Paths.ACCOUNT)));
    }

    private WebReply recoveryCodes(WebRequest request, SignedIn who) {
        return changes.answer(
                passwords.newRecoveryCodes(who),
                who,
                Paths.ACCOUNT,
                codes -> door.show(request, who, new RecoveryCodesPage(codes, Notice.CODES_MADE.at(Paths.ACCOUNT))),
                problems -> account.show(request, who, problems));
    }

    private WebReply remove(WebRequest request, SignedIn who) {
        return changes.answer(
                passwords.remove(who),
                who,
                Paths.ACCOUNT,
                done -> Notice.PASSWORD_REMOVED.on(Paths.ACCOUNT),
                problems -> account.show(request, who, problems));
    }
}
