package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code federation}: requests, tables, and where a token comes from. */
class FederationTest extends AgainstAdminServer {
    private static final String TRIAL = """
            {"data":[{"rule":"deploy","passes":%s,"checks":[
            {"name":"signature","outcome":"holds","detail":"by a key of the issuer"},
            {"name":"claim ref","outcome":"%s","detail":"ref is \\"refs/heads/evil\\""}]}]}""";

    @Test
    void addSendsWhatWasSaid() {
        String told = ok(cli.run(
                "federation",
                "add",
                "deploy",
                "--issuer",
                "github",
                "--audience",
                "https://gate.example.com",
                "--claims",
                "repository_id=456, ref=refs/heads/*,x=a=b",
                "--models",
                "fast,smart",
                "--scopes",
                "usage:read",
                "--account",
                "lab",
                "--cap",
                "$5/day",
                "--lifetime",
                "10m",
                "--private"));
        assertEquals(
                "POST /admin/v1/federation-rules {\"name\":\"deploy\",\"kind\":\"job\","
                        + "\"issuer\":\"https://token.actions.githubusercontent.com\","
                        + "\"audience\":\"https://gate.example.com\","
                        + "\"claims\":{\"repository_id\":\"456\",\"ref\":\"refs/heads/*\",\"x\":\"a=b\"},"
                        + "\"scopes\":[\"models:use:fast\",\"models:use:smart\",\"usage:read\"],\"account\":\"lab\","
                        + "\"cap_usd\":\"5\",\"cap_window\":\"day\",\"lifetime_seconds\":600,\"private\":true}",
                sent());
        assertTrue(told.contains("trusted by the rule deploy"), told);
    }

    @Test
    void anIdentityProviderIsToldFromAnIssuerOfJobs() {
        ok(cli.run(
                "federation",
                "add",
                "company",
                "--issuer",
                "https://idp.example",
                "--claims",
                "client_id=a",
                "--id-jag"));
        assertEquals(
                "POST /admin/v1/federation-rules {\"name\":\"company\",\"kind\":\"id-jag\","
                        + "\"issuer\":\"https://idp.example\",\"claims\":{\"client_id\":\"a\"}}",
                sent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add",
                "add x",
                "add x --issuer github",
                "add x --claims a=b",
                "add x --issuer github --claims a",
                "add x --issuer github --claims =b",
                "add x --issuer github --claims a=b,a=c",
                "add x --issuer github --claims a=b --cap 5",
                "add x --issuer github --claims a=b --cap 5/year",
                "add x --issuer github --claims a=b --cap x/day",
                "add x --issuer github --claims a=b --lifetime soon",
                "remove"
            })
    void whatIsIncompleteOrNotWellFormedIsNotSent(String arguments) {
        Cli.Result result = cli.run(("federation " + arguments).split(" "));
        assertEquals(2, result.exitCode(), result.err());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void listShowsWhomEachRuleLetsInAndForWhat() {
        String table = ok(cli.run("federation", "list"));
        assertTrue(
                table.contains("repository_id=456") && table.contains("models:use:fast") && table.contains("$5.00/day"),
                table);
    }

    @Test
    void aTokenIsReadUnseenAndShownNowhere() {
        server.answer("testFederation", 200, TRIAL.formatted("true", "holds"));
        Cli.Result result = cli.input("eyJ-canary\n").run("federation", "test");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("POST /admin/v1/federation-trials {\"token\":\"eyJ-canary\"}", sent());
        assertTrue(result.out().contains("It is taken by: deploy."), result.out());
        assertFalse((result.out() + result.err()).contains("canary"));
        assertEquals(2, cli.run("federation", "test", "eyJ-canary").exitCode(), "others could read it as an argument");
    }

    @Test
    void aTokenThatNoRuleTakesIsAnOutcomeOfNo() {
        server.answer("testFederation", 200, TRIAL.formatted("false", "fails"));
        Cli.Result result = cli.input("eyJ").run("federation", "test");
        assertEquals(1, result.exitCode(), result.err());
        assertTrue(result.out().contains("No rule takes it."), result.out());
        assertTrue(result.out().contains("claim ref"), result.out());
    }

    @Test
    void aSetupTokenIsLentUnseen() {
        Cli.Result result = cli.input("sk-ant-oat01-canary\n").run("federation", "lease", "keep", "deploy");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("PUT /admin/v1/federation-leases/deploy {\"setup_token\":\"sk-ant-oat01-canary\"}", sent());
        assertTrue(result.out().contains("Workload identity federation"), result.out());
        assertFalse((result.out() + result.err()).contains("canary"));
    }

    @Test
    void leasesAreListedAndForgotten() {
        String table = ok(cli.run("federation", "lease", "list"));
        assertTrue(table.contains("deploy") && table.contains("per_06e7kq2mz0x8a1b2c3d4e5f6g"), table);
        assertEquals("Setup token of deploy was removed.\n", ok(cli.run("federation", "lease", "remove", "deploy")));
        assertEquals(
                "DELETE /admin/v1/federation-leases/deploy",
                server.requests.getLast().method() + " "
                        + server.requests.getLast().path());
    }
}
