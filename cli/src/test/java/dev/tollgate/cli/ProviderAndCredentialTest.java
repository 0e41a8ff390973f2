package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code provider} and {@code credential}: requests, tables, JSON and exit codes. */
class ProviderAndCredentialTest extends AgainstAdminServer {
    @Test
    void providerAddSendsWhatWasGivenAndLeavesTheRestToTheServer() {
        Cli.Result result = cli.run(
                "provider", "add", "local-llama", "--dialect", "openai", "--base-url", "https://llama.example.org/v1");
        assertEquals(
                "POST /admin/v1/providers {\"name\":\"local-llama\",\"dialect\":\"openai\",\"base_url\":\"https://llama.example.org/v1\"}",
                sent());
        assertEquals("""
                Provider local-llama was added.
                Give it a credential: tollgate credential add NAME --provider local-llama
                """, ok(result));
    }

    @Test
    void providerAddSendsTheAuthStyleByItsWireName() {
        cli.run(
                "provider",
                "add",
                "g",
                "--dialect",
                "gemini",
                "--base-url",
                "https://g.example.org",
                "--auth",
                "x-goog-api-key",
                "--json");
        assertTrue(sent().endsWith("\"auth\":\"x-goog-api-key\"}"), sent());
    }

    @Test
    void aProviderOnAPlatformNeedsNeitherDialectNorAddress() {
        cli.run("provider", "add", "v", "--platform", "vertex", "--region", "global", "--project", "p-1", "--json");
        assertTrue(
                sent().endsWith(" {\"name\":\"v\",\"platform\":\"vertex\",\"region\":\"global\",\"project\":\"p-1\"}"),
                sent());
        server.requests.clear();
        assertEquals(2, cli.run("provider", "add", "v", "--dialect", "openai").exitCode());
        assertEquals(
                2,
                cli.run("provider", "add", "v", "--base-url", "https://a.example.org")
                        .exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void providerListIsATable() {
        assertEquals("""
                NAME       DIALECTS                   AUTH       PLATFORM  BUILT IN  BASE URL
                anthropic  anthropic                  x-api-key            yes       https://api.anthropic.com
                sim        anthropic, openai, gemini  none                 yes       http://127.0.0.1:8080/sim
                """, ok(cli.run("provider", "list")));
        assertEquals("GET /admin/v1/providers", sent());
    }

    @Test
    void providerSetSendsOnlyWhatChanges() {
        Cli.Result result =
                cli.run("provider", "set", "anthropic", "--base-url", "https://proxy.example.org/anthropic");
        assertEquals(
                "PATCH /admin/v1/providers/anthropic {\"base_url\":\"https://proxy.example.org/anthropic\"}", sent());
        assertEquals("Provider anthropic is at https://proxy.example.org/anthropic, auth x-api-key.\n", ok(result));
    }

    @Test
    void providerSetWithoutAChangeIsAUsageErrorAndSendsNothing() {
        assertEquals(2, cli.run("provider", "set", "anthropic").exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void removingSaysSoInBothForms() {
        assertEquals("Provider local-llama was removed.\n", ok(cli.run("provider", "remove", "local-llama")));
        assertEquals("DELETE /admin/v1/providers/local-llama", sent());
        assertEquals("{\"name\":\"fast\",\"removed\":true}", json(cli.run("alias", "remove", "fast", "--json")));
        assertEquals("Credential c was removed.\n", ok(cli.run("credential", "remove", "c")));
    }

    @Test
    void aNameBecomesOneEncodedSegment() {
        cli.run("provider", "remove", "a/b c?d");
        assertEquals("DELETE /admin/v1/providers/a%2Fb%20c%3Fd", sent());
        assertEquals(2, cli.run("provider", "remove", "..").exitCode());
    }

    @Test
    void credentialAddReadsTheSecretFromStandardInputAndTellsWhatWasCleaned() {
        Cli.Result result = cli.input("Bearer sk-ant-api03-canary\n")
                .run("credential", "add", "team-anthropic", "--provider", "anthropic", "--check");
        assertEquals(
                "POST /admin/v1/credentials {\"name\":\"team-anthropic\",\"provider\":\"anthropic\",\"check\":true,\"secret\":\"Bearer sk-ant-api03-canary\"}",
                sent());
        assertEquals(0, result.exitCode());
        assertEquals("""
                Credential team-anthropic was added: anthropic-api-key, ends in x9Qk, fingerprint 3f1c09ab77d2, version 1.
                anthropic accepted the credential.
                """, result.out());
        assertEquals("Note: The secret began with \"Bearer \": removed.\n", result.err());
    }

    @Test
    void credentialAddSendsTheKindWhereItIsGiven() {
        cli.input("s").run("credential", "add", "c", "--provider", "p", "--kind", "bearer-token");
        assertEquals(
                "POST /admin/v1/credentials {\"name\":\"c\",\"provider\":\"p\",\"kind\":\"bearer-token\",\"secret\":\"s\"}",
                sent());
    }

    @Test
    void credentialAddWhoseCheckFailsExitsWithOne() {
        server.answer(
                "addCredential",
                201,
                "{\"name\":\"c\",\"check\":{\"ok\":false,\"status\":401,\"message\":\"anthropic rejected the credential.\"}}");
        Cli.Result result = cli.input("s").run("credential", "add", "c", "--provider", "anthropic", "--check");
        assertEquals(1, result.exitCode());
        assertTrue(result.out().endsWith("anthropic rejected the credential.\n"), result.out());
    }

    @Test
    void credentialListShowsWhatIsNotSecret() {
        assertEquals("""
                NAME            PROVIDER   KIND               ENDS IN  FINGERPRINT   MAX CONTEXT  VERSION  CREATED           ROTATED  STATE
                team-anthropic  anthropic  anthropic-api-key  x9Qk     3f1c09ab77d2            -        1  2026-11-22 10:14  -        active
                """, ok(cli.run("credential", "list")));
    }

    @Test
    void credentialSetNotesWhatThePlanTakes() {
        assertEquals(
                "The plan of the credential team-anthropic takes 200,000 tokens.\n",
                ok(cli.run("credential", "set", "team-anthropic", "--max-context", "200000")));
        assertEquals("PATCH /admin/v1/credentials/team-anthropic {\"max_context_tokens\":200000}", sent());
        server.requests.clear();
        server.answer("changeCredential", 200, "{\"name\":\"team-anthropic\",\"max_context_tokens\":0}");
        assertEquals(
                "The plan of the credential team-anthropic takes as long a context as the model.\n",
                ok(cli.run("credential", "set", "team-anthropic", "--max-context", "none")));
        assertTrue(sent().endsWith(" {\"max_context_tokens\":0}"), sent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "200k", "", "99999999999"})
    void aPlansContextIsANumberOfTokensOrNone(String given) {
        assertEquals(
                2, cli.run("credential", "set", "c", "--max-context", given).exitCode());
        assertTrue(server.requests.isEmpty());
    }

    @Test
    void credentialAddSendsWhatThePlanTakes() {
        cli.input("s").run("credential", "add", "c", "--provider", "p", "--max-context", "200000");
        assertTrue(sent().contains("\"provider\":\"p\",\"max_context_tokens\":200000,"), sent());
    }

    @Test
    void credentialCheckExitsByWhatTheProviderSaid() {
        assertEquals("anthropic accepted the credential.\n", ok(cli.run("credential", "check", "team-anthropic")));
        assertEquals("POST /admin/v1/credentials/team-anthropic/check", sent());
        server.answer("checkCredential", 200, "{\"name\":\"c\",\"ok\":false,\"status\":401,\"message\":\"no\"}");
        assertEquals(1, cli.run("credential", "check", "c").exitCode());
        assertEquals(1, cli.run("credential", "check", "c", "--json").exitCode());
    }

    @Test
    void credentialRotateSendsTheNewSecret() {
        Cli.Result result = cli.input("sk-new").run("credential", "rotate", "team-anthropic");
        assertEquals("POST /admin/v1/credentials/team-anthropic/rotate {\"secret\":\"sk-new\"}", sent());
        assertEquals(
                "Credential team-anthropic has a new secret: anthropic-api-key, ends in Zp04, fingerprint 90be14c2aa01, version 2.\n",
                ok(result));
    }
}
