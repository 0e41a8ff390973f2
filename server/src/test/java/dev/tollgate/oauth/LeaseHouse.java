package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.Role;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.web.Params;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A gate that trusts the jobs of one repository by the rule {@code deploy}, and two administrators who lend them setup tokens. */
final class LeaseHouse implements AutoCloseable {
    static final String TOKEN = "sk-ant-oat01-canary-0123456789abcdefghijklmnop";
    static final Actor ANN = new Actor(OAuthHouse.ANN.id(), Role.ADMIN);
    static final Actor BEN = new Actor("per_ben", Role.OWNER);

    final FederationHouse gate;
    final OAuthHouse house;
    final SetupTokens tokens;
    final LeaseEndpoint endpoint;

    LeaseHouse(TestDatabase database, Path home) throws SQLException {
        gate = new FederationHouse(database, home);
        house = gate.house;
        house.people.put(BEN.name(), profile(BEN.name(), true));
        gate.trust();
        tokens = tokens(house.one);
        endpoint = new LeaseEndpoint(house.one.ground(), house.one.server(), tokens);
    }

    static Persons.Profile profile(String id, boolean administers) {
        return new Persons.Profile(id, id, id + "@example.com", "team", administers);
    }

    /** As the rooms of people tell of a change. */
    static Person person(Actor actor, Role role, Person.Status status) {
        return new Person(
                actor.name(), "ann@example.com", "Ann", role, "team", List.of(), status, Instant.ofEpochMilli(0));
    }

    SetupTokens tokens(OAuthHouse.Node node) {
        return new SetupTokens(
                node.ground(), node.server(), node.ground().sealer(), id -> Optional.ofNullable(house.people.get(id)));
    }

    /** The access token of a new job. */
    String job() {
        return gate.exchange(gate.token()).text("access_token");
    }

    AccessTokens.Verified verified(String accessToken) {
        AccessTokens.Verified verified = house.server().accessTokens().verify(accessToken, house.now.get());
        assertTrue(verified != null, "the access token is alive");
        return verified;
    }

    WebReply ask(String authorization) {
        return ask(endpoint, authorization);
    }

    WebReply ask(LeaseEndpoint where, String... authorizations) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (String each : authorizations) {
            headers.add("authorization", each);
        }
        return where.handle(new WebRequest(
                HttpMethod.POST,
                LeaseEndpoint.PATH,
                Map.of(),
                Params.NONE,
                Params.NONE,
                new byte[0],
                headers,
                house.address));
    }

    static String body(WebReply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    /** A new job gets this text. */
    void lent(String text) {
        WebReply reply = ask("Bearer " + job());
        assertEquals(200, reply.status());
        assertEquals(
                Json.MAPPER.readTree("{\"environment\":{\"CLAUDE_CODE_OAUTH_TOKEN\":\"" + text + "\"}}"),
                Json.MAPPER.readTree(reply.body()));
    }

    /** Nothing is told but that; the trail has the reason. */
    void refused(String accessToken, String reason) {
        WebReply reply = ask("Bearer " + accessToken);
        assertEquals(403, reply.status());
        assertEquals("{\"error\":\"access_denied\"}", body(reply));
        String row = gate.last("setup_token.refused");
        assertTrue(row.contains(reason) && row.contains(house.address), row);
    }

    long count(String sql) {
        return house.one
                .store()
                .read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    @Override
    public void close() {
        gate.close();
    }
}
