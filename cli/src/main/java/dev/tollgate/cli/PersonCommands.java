package dev.tollgate.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code person invite|list|set|suspend|restore|reset}, {@code person invitation list|revoke}, {@code person grant list|revoke}. */
final class PersonCommands {
    static final String PERSON = "ID|EMAIL";

    private PersonCommands() {}

    static CommandSpec group() {
        CommandSpec group = Command.group(
                "person",
                "People: who signs in here, and as what.",
                new Invite(),
                new ListAll(),
                new Change(),
                new OfPerson(
                        "suspend",
                        "Keep a person out at once; their sessions and what they allowed apps end.",
                        "/people/{}/suspend",
                        "is suspended"),
                new OfPerson("restore", "Let a suspended person in again.", "/people/{}/restore", "may sign in again"),
                new OfPerson(
                        "reset",
                        "Take away all ways to sign in, lost or stolen; then invite the same address again.",
                        "/people/{}/reset-sign-in",
                        "cannot sign in until invited again"));
        group.addSubcommand(
                "invitation",
                Command.group("invitation", "Links that let people in.", new ListInvitations(), new Revoke()));
        group.addSubcommand("grant", GrantCommands.group());
        return group;
    }

    /** What a person is, as options; only what was given is sent. */
    private static final class Traits {
        private final Arg<String> role;
        private final Arg<String> account;
        private final Arg<String> groups;

        Traits(Command command) {
            role = command.option("--role", "ROLE", "owner, admin or member.");
            account = command.option("--account", "A", "Who pays. Default: the one there is.");
            groups = command.option("--groups", "G,…", "Names, for settings that are given to many.");
        }

        void put(Json.Obj body) {
            role.given().ifPresent(value -> body.put("role", value));
            account.given().ifPresent(value -> body.put("account", value));
            groups.given().ifPresent(value -> body.put("groups", value.isBlank() ? List.of() : Format.words(value)));
        }

        boolean given() {
            return role.given().isPresent()
                    || account.given().isPresent()
                    || groups.given().isPresent();
        }
    }

    private static final class Invite extends ServerCommand {
        private final Arg<String> email = positional("EMAIL", "Whom to let in. Nothing is sent there.");
        private final Traits traits = new Traits(this);

        Invite() {
            super("invite", "Make a link that lets one person in. It is shown this once.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj body = Json.object().put("email", email.value());
            traits.put(body);
            Json.Obj made = api.post(Resource.of("/invitations"), body);
            if (json()) {
                out.json(made);
                return 0;
            }
            out.line("Give this link to " + made.text("email") + " alone: whoever opens it comes in as "
                    + made.text("role") + ". It is shown this once:");
            out.blank();
            out.line("  " + made.text("link"));
            out.blank();
            out.line("Open until " + out.minute(made.text("expires_at")) + ".");
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List everybody who signs in here.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/people"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("ID"),
                    Table.elastic("EMAIL"),
                    Table.elastic("NAME"),
                    Table.left("ROLE"),
                    Table.left("ACCOUNT"),
                    Table.left("GROUPS"),
                    Table.left("STATUS"),
                    Table.left("SIGNS IN BY"));
            for (Json.Obj person : answer.rows("data")) {
                table.row(
                        person.text("id"),
                        person.text("email"),
                        person.text("name"),
                        person.text("role"),
                        person.text("account"),
                        Format.orNone(String.join(",", person.texts("groups"))),
                        person.text("status"),
                        ways(person));
            }
            out.table(table, "Nobody has come in yet. Invite somebody: tollgate person invite EMAIL");
            return 0;
        }

        private static String ways(Json.Obj person) {
            List<String> ways = new ArrayList<>();
            if (person.number("passkeys") > 0) {
                ways.add("passkey");
            }
            if (person.flag("password")) {
                ways.add("password");
            }
            if (person.number("outside_identities") > 0) {
                ways.add("provider");
            }
            return Format.orNone(String.join(", ", ways));
        }
    }

    private static final class Change extends ServerCommand {
        private final Arg<String> person = positional(PERSON, "The person's id or email address.");
        private final Arg<String> name = option("--name", "N", "The person's name.");
        private final Traits traits = new Traits(this);

        Change() {
            super("set", "Change what a person is. What is not given stays.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            if (name.given().isEmpty() && !traits.given()) {
                throw Failure.usage("There is nothing to change.", "Give --name, --role, --account or --groups.");
            }
            Json.Obj body = Json.object();
            name.given().ifPresent(value -> body.put("name", value));
            traits.put(body);
            Json.Obj changed = api.patch(Resource.of("/people/{}", person.value()), body);
            if (json()) {
                out.json(changed);
            } else {
                out.line(changed.text("email") + " is " + changed.text("role") + ", paid by " + changed.text("account")
                        + ", in groups: " + Format.orNone(String.join(", ", changed.texts("groups"))) + ".");
            }
            return 0;
        }
    }

    /** One thing that is done to a person. */
    private static final class OfPerson extends ServerCommand {
        private final Arg<String> person = positional(PERSON, "The person's id or email address.");
        private final String path;
        private final String outcome;

        OfPerson(String name, String description, String path, String outcome) {
            super(name, description);
            this.path = path;
            this.outcome = outcome;
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj changed = api.post(Resource.of(path, person.value()));
            if (json()) {
                out.json(changed);
            } else {
                out.line(changed.text("email") + " " + outcome + ".");
            }
            return 0;
        }
    }

    private static final class ListInvitations extends ServerCommand {
        ListInvitations() {
            super("list", "List all invitations; never their links.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/invitations"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("ID"),
                    Table.elastic("EMAIL"),
                    Table.left("ROLE"),
                    Table.left("STATE"),
                    Table.left("INVITED BY"),
                    Table.left("CREATED"),
                    Table.left("OPEN UNTIL"));
            for (Json.Obj invitation : answer.rows("data")) {
                table.row(
                        invitation.text("id"),
                        invitation.text("email"),
                        invitation.text("role"),
                        invitation.text("state"),
                        invitation.text("invited_by"),
                        out.minute(invitation.text("created_at")),
                        out.minute(invitation.text("expires_at")));
            }
            out.table(table, "Nobody is invited. Invite somebody: tollgate person invite EMAIL");
            return 0;
        }
    }

    private static final class Revoke extends ServerCommand {
        private final Arg<String> id = positional("ID", "The invitation's id.");

        Revoke() {
            super("revoke", "Take an invitation back, at once and for good.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj invitation = api.delete(Resource.of("/invitations/{}", id.value()));
            if (json()) {
                out.json(invitation);
            } else {
                out.line("The invitation of " + invitation.text("email") + " is " + invitation.text("state") + ".");
            }
            return 0;
        }
    }
}
