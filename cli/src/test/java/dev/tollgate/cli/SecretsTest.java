package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret is typed unseen or piped in; it is never taken from an argument and never printed. */
class SecretsTest extends AgainstAdminServer {
    private static final String SECRET = "sk-ant-api03-CANARY0123456789";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "credential add n --provider anthropic sk-ant-api03-CANARY0123456789",
                "credential add n sk-ant-api03-CANARY0123456789",
                "credential add n sk-ant-api03-CANARY0123456789 --provider anthropic",
                "credential add n --provider anthropic CANARY",
                "credential set n --max-context sk-ant-api03-CANARY0123456789",
                "credential add n --provider anthropic --secret CANARY",
                "credential add n --provider anthropic --secret=CANARY",
                "credential add n --provider anthropic --api-key=CANARY",
                "credential add n --provider anthropic --kind sk-proj-CANARY0123456789",
                "credential rotate n CANARY",
                "credential rotate n --secret CANARY",
                "credential check AIzaCANARY0123456789",
                "key revoke tg_7Kq2mZx0Ab_CANARY00CANARY00CANARY00CANARY00",
                "env claude --key tg_7Kq2mZx0Ab_CANARY00CANARY00CANARY00CANARY00",
                "budget set --key tg_7Kq2mZx0Ab_CANARY00CANARY00CANARY00CANARY00 --limit 1 --window day",
                "budget set --key=tg_7Kq2mZx0Ab_CANARY00CANARY00CANARY00CANARY00 --limit 1 --window day",
                "budget set --token CANARY --limit 1 --window day",
                "rate set --key tg_7Kq2mZx0Ab_CANARY00CANARY00CANARY00CANARY00 --rpm 1",
                "status --token CANARY",
                "token tgr_CANARY00CANARY00",
                "token --format eyJhbGciOiJFUzI1NiJ9.CANARY",
                "--token=CANARY status",
                "sk-ant-api03-CANARY0123456789",
                "provider add n --dialect openai --base-url=sk-proj-CANARY0123456789",
            })
    void aSecretAsAnArgumentIsRefusedWithoutBeingSaidBack(String line) {
        Cli.Result result = cli.input(SECRET).run(line.split(" ", -1));
        assertEquals(2, result.exitCode(), result.err());
        assertTrue(result.err().startsWith("Error: A secret is never taken from an argument"), result.err());
        assertFalse(result.all().contains("CANARY"), result.all());
        assertEquals(List.of(), server.requests);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--frobnicate=CANARY", "--CANARY", "CANARY-very-long-and-who-knows-what", "Canary_2"})
    void whatIsNotUnderstoodIsSaidBackOnlyWhereItIsAPlainWord(String argument) {
        Cli.Result result = cli.run("key", "list", argument);
        assertEquals(2, result.exitCode());
        assertFalse(result.err().toLowerCase(java.util.Locale.ROOT).contains("canary"), result.err());
    }

    @Test
    void theSecretIsInNoOutputWhateverTheServerAnswers() {
        for (AdminServer.Answer answer : List.of(
                new AdminServer.Answer(201, "{\"name\":\"n\",\"kind\":\"k\",\"last_four\":\"6789\",\"notices\":[]}"),
                new AdminServer.Answer(400, "{\"error\":{\"code\":\"invalid\",\"message\":\"m\",\"cure\":\"c\"}}"),
                new AdminServer.Answer(500, "oops"),
                new AdminServer.Answer(201, "not json"))) {
            server.answer("addCredential", request -> answer);
            for (String form : List.of("--json", "--check")) {
                Cli.Result result = cli.input(SECRET).run("credential", "add", "n", "--provider", "anthropic", form);
                assertFalse(result.all().contains("CANARY"), result.all());
                assertFalse(result.all().contains(AdminServer.TOKEN), result.all());
            }
        }
        assertTrue(server.requests.getLast().body().contains(SECRET));
    }

    @Test
    void aSecretTypedAtTheHiddenPromptIsSent() {
        cli.terminal = new Cli.FakeTerminal(80, true, Optional.of(SECRET));
        Cli.Result result = cli.run("credential", "rotate", "n");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("{\"secret\":\"" + SECRET + "\"}", server.only().body());
    }

    @Test
    void whereTypingCannotBeHiddenItIsNotAskedFor() {
        cli.terminal = new Cli.FakeTerminal(80, true, Optional.empty());
        Cli.Result result = cli.run("credential", "rotate", "n");
        assertEquals(2, result.exitCode());
        assertTrue(result.err().contains("cannot be typed unseen"), result.err());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void theLineEndThatEchoAddsIsNotPartOfTheSecretAndInnerOnesAre() {
        for (String end : List.of("", "\n", "\r\n")) {
            cli.input("a\nb" + end).run("credential", "rotate", "n");
            assertEquals("{\"secret\":\"a\\nb\"}", server.requests.getLast().body());
        }
    }

    @Test
    void noSecretTooLongASecretAndBytesThatAreNoTextAreUsageErrors() {
        assertEquals(2, cli.input(" \n").run("credential", "rotate", "n").exitCode());
        assertEquals(
                2,
                cli.input("x".repeat(16 * 1024 + 1))
                        .run("credential", "rotate", "n")
                        .exitCode());
        cli.input = new byte[] {(byte) 0xc3, 0x28};
        assertEquals(2, cli.run("credential", "rotate", "n").exitCode());
        assertEquals(List.of(), server.requests);
        assertEquals(
                0,
                cli.input("x".repeat(16 * 1024))
                        .run("credential", "rotate", "n")
                        .exitCode());
    }

    @Test
    void theTokenIsSentAsABearerAndNowhereElse() {
        cli.run("usage", "--json");
        AdminServer.Request request = server.only();
        assertEquals("Bearer " + AdminServer.TOKEN, request.authorization());
        assertFalse((request.path() + request.query() + request.body()).contains(AdminServer.TOKEN));
    }

    @Test
    void recordsThatHoldATokenDoNotPrintIt() {
        assertFalse(new OwnerToken("CANARY", "here").toString().contains("CANARY"));
        AccessToken token = new AccessToken("CANARY", List.of("admin:*"), 2, 1);
        Login login = new Login("s", "e", token.scopes(), "CANARY", Map.of(token.purpose(), token));
        assertFalse((token + " " + login + " " + new Tokens.Held(login, token)).contains("CANARY"));
        assertFalse(
                new String(Surroundings.ofProcess().toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                        .contains("PATH"));
    }
}
