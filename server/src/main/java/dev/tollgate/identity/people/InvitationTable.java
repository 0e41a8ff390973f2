package dev.tollgate.identity.people;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The SQL of invitations. */
final class InvitationTable {
    private static final String SELECT = "SELECT id, email, role, account, group_names, invited_by, created_at,"
            + " expires_at, ended_at, person_id FROM invitation ";

    private InvitationTable() {}

    private static RowMapper<Invitation> asOf(Instant now) {
        return (row, context) -> {
            Instant expires = Instant.ofEpochMilli(row.getLong("expires_at"));
            String personId = row.getString("person_id");
            Invitation.State state;
            if (!personId.isEmpty()) {
                state = Invitation.State.REDEEMED;
            } else if (row.getLong("ended_at") != 0) {
                state = Invitation.State.REVOKED;
            } else {
                state = now.isBefore(expires) ? Invitation.State.OPEN : Invitation.State.EXPIRED;
            }
            return new Invitation(
                    row.getString("id"),
                    row.getString("email"),
                    Role.of(row.getString("role")).orElseThrow(),
                    row.getString("account"),
                    Texts.split(row.getString("group_names")),
                    row.getString("invited_by"),
                    Instant.ofEpochMilli(row.getLong("created_at")),
                    expires,
                    state,
                    personId.isEmpty() ? null : personId);
        };
    }

    static List<Invitation> all(Handle handle, Instant now) {
        return handle.createQuery(SELECT + "ORDER BY created_at DESC, id DESC")
                .map(asOf(now))
                .list();
    }

    static Optional<Invitation> byId(Handle handle, String id, Instant now) {
        return handle.createQuery(SELECT + "WHERE id = :id")
                .bind("id", id)
                .map(asOf(now))
                .findOne();
    }

    static Optional<Invitation> byHash(Handle handle, String hash, Instant now) {
        return handle.createQuery(SELECT + "WHERE hash = :hash")
                .bind("hash", hash)
                .map(asOf(now))
                .findOne();
    }

    static void insert(Handle handle, Invitation invitation, String hash) {
        handle.createUpdate("INSERT INTO invitation (id, hash, email, role, account, group_names, invited_by,"
                        + " created_at, expires_at, ended_at, person_id) VALUES (:id, :hash, :email, :role, :account,"
                        + " :groups, :invitedBy, :createdAt, :expiresAt, 0, '')")
                .bind("id", invitation.id())
                .bind("hash", hash)
                .bind("email", invitation.email())
                .bind("role", invitation.role().wireName())
                .bind("account", invitation.account())
                .bind("groups", Texts.joined(invitation.groups()))
                .bind("invitedBy", invitation.invitedBy())
                .bind("createdAt", invitation.createdAt().toEpochMilli())
                .bind("expiresAt", invitation.expiresAt().toEpochMilli())
                .execute();
    }

    /** The one of many who redeem it at once. */
    static boolean redeem(Handle handle, String id, String personId, long nowMillis) {
        return handle.createUpdate("UPDATE invitation SET ended_at = :now, person_id = :person"
                                + " WHERE id = :id AND ended_at = 0 AND expires_at > :now")
                        .bind("now", nowMillis)
                        .bind("person", personId)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    static boolean revoke(Handle handle, String id, long nowMillis) {
        return handle.createUpdate("UPDATE invitation SET ended_at = :now WHERE id = :id AND ended_at = 0")
                        .bind("now", nowMillis)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** Those that still let somebody in under this email. */
    static List<Invitation> open(Handle handle, String email, Instant now) {
        return handle.createQuery(SELECT + "WHERE email = :email AND ended_at = 0 AND expires_at > :now")
                .bind("email", email)
                .bind("now", now.toEpochMilli())
                .map(asOf(now))
                .list();
    }

    /** All that somebody made who may do less than before, or in whose name another may have made them. */
    static void revokeOpenBy(Handle handle, String personId, long nowMillis) {
        handle.createUpdate("UPDATE invitation SET ended_at = :now WHERE invited_by = :person AND ended_at = 0")
                .bind("now", nowMillis)
                .bind("person", personId)
                .execute();
    }
}
