package dev.tollgate.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Thinking.Effort;
import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TakingsTest {
    @TempDir
    Path home;

    private Takings builtin() {
        return Takings.open(home.resolve("takings.json"));
    }

    private Takings with(String json) throws IOException {
        Path file = home.resolve("takings.json");
        Files.writeString(file, json.replace('\'', '"'), UTF_8);
        return Takings.open(file);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "messages,  anthropic, claude-3-5-haiku-20241022,  true,  false, false, -",
                "messages,  anthropic, claude-sonnet-4-20250514,   true,  true,  false, -",
                "messages,  anthropic, claude-haiku-4-5,           true,  true,  false, -",
                "messages,  anthropic, claude-opus-4-5-20251101,   true,  true,  false, low medium high",
                "messages,  anthropic, claude-opus-4-6,            true,  true,  true,  low medium high max",
                "messages,  anthropic, claude-opus-4-7,            false, false, true,  low medium high xhigh max",
                "messages,  anthropic, claude-sonnet-5,            false, false, true,  low medium high xhigh max",
                "messages,  bedrock,   eu.anthropic.claude-opus-4-6-v1:0, true, true, true, low medium high max",
                "messages,  local,     qwen3,                      true,  true,  true,  low medium high",
                "responses, openai,    gpt-4.1,                    true,  false, false, -",
                "responses, openai,    gpt-5-chat-latest,          true,  false, false, -",
                "responses, openai,    o4-mini,                    false, false, false, low medium high",
                "responses, openai,    gpt-5,                      false, false, false, minimal low medium high",
                "responses, openai,    gpt-5.1,                    false, false, false, none low medium high",
                "responses, openai,    gpt-5.6-luna,               false, false, false, none low medium high xhigh",
                "chat,      local,     llama,                      true,  false, false, -",
                "gemini,    gemini,    gemini-2.0-flash,           true,  false, false, -",
                "gemini,    gemini,    gemini-2.5-pro,             true,  true,  true,  -",
                "gemini,    gemini,    gemini-3-pro-preview,       true,  false, true,  low high",
                "gemini,    gemini,    gemini-3.5-flash,           true,  false, true,  minimal low medium high"
            })
    void whatComesWithTollgateKnowsTheVendorsModels(
            String protocol,
            String provider,
            String model,
            boolean sampling,
            boolean budget,
            boolean adaptive,
            @Nullable String efforts) {
        Takings.Taking taking = builtin().of(Protocol.of(protocol).orElseThrow(), provider, model);
        assertEquals(sampling, taking.takes().contains(Takes.SAMPLING));
        assertEquals(budget, taking.takes().contains(Takes.THINKING_BUDGET));
        assertEquals(adaptive, taking.takes().contains(Takes.ADAPTIVE_THINKING));
        assertEquals(efforts != null, taking.takes().contains(Takes.EFFORT));
        StringBuilder words = new StringBuilder();
        taking.efforts().stream()
                .sorted()
                .forEach(effort -> words.append(words.isEmpty() ? "" : " ").append(effort.wireName()));
        assertEquals(efforts == null ? "" : efforts, words.toString());
    }

    @Test
    void theNearestEffortIsTheNextLowerThatIsOneAtAll() {
        Destination fifth =
                new Destination("m", 1, Set.of(Takes.EFFORT), Set.of(Effort.NONE, Effort.LOW, Effort.HIGH), 0);
        assertEquals(Effort.NONE, fifth.nearest(Effort.NONE));
        assertEquals(Effort.LOW, fifth.nearest(Effort.MINIMAL));
        assertEquals(Effort.LOW, fifth.nearest(Effort.MEDIUM));
        assertEquals(Effort.HIGH, fifth.nearest(Effort.MAX));
        Destination high = new Destination("m", 1, Set.of(Takes.EFFORT), Set.of(Effort.HIGH), 0);
        assertEquals(Effort.HIGH, high.nearest(Effort.NONE));
        Destination none = new Destination("m", 1, Set.of());
        assertThrows(IllegalStateException.class, () -> none.nearest(Effort.LOW));
    }

    @Test
    void theOperatorsRulesGoFirst() throws IOException {
        Takings takings = with("""
                {'date':'2026-11-22','models':[{'protocol':'chat','provider':'local','models':['qwen*'],
                 'parameters':['sampling','documents'],'efforts':['low','high'],'tools':['web_search'],'note':'tried'}],
                 'betas':[{'provider':'local','takes':['context-*'],'verified':'2026-11-22'}]}
                """);
        Takings.Taking taking = takings.of(Protocol.CHAT_COMPLETIONS, "local", "qwen3");
        assertEquals(Set.of(Takes.SAMPLING, Takes.DOCUMENTS, Takes.WEB_SEARCH, Takes.EFFORT), taking.takes());
        assertEquals(Set.of(Effort.LOW, Effort.HIGH), taking.efforts());
        assertFalse(
                takings.of(Protocol.CHAT_COMPLETIONS, "local", "llama").takes().contains(Takes.DOCUMENTS));
        assertTrue(takings.takesBeta(direct("local"), "qwen3", "context-management-2025-06-27"));
        assertFalse(takings.takesBeta(direct("local"), "qwen3", "effort-2025-11-24"));
        assertTrue(takings.takesBeta(direct("other"), "qwen3", "effort-2025-11-24"));
    }

    private static Provider direct(String name) {
        return on(name, Platform.DIRECT);
    }

    private static Provider on(String name, Platform platform) {
        return new Provider(
                name,
                Set.of(Dialect.ANTHROPIC),
                platform,
                URI.create("https://p.example"),
                platform.auths().getFirst(),
                false);
    }

    /** Whatever the operator calls it. */
    @Test
    void theVendorTakesEveryBetaAndACloudThoseThatItKnows() {
        Platform bedrock = new Platform.Bedrock("eu-west-1");
        Platform vertex = new Platform.Vertex("project", "us-east5");
        assertTrue(builtin().takesBeta(direct("anthropic"), "claude-opus-5", "wholly-new-2027-01-01"));
        assertTrue(builtin().takesBeta(direct("my-bedrock-proxy"), "claude-opus-5", "wholly-new-2027-01-01"));
        assertFalse(builtin().takesBeta(on("aws", bedrock), "claude-opus-5", "wholly-new-2027-01-01"));
        assertTrue(builtin().takesBeta(on("aws", bedrock), "claude-opus-5", "tool-examples-2025-10-29"));
        assertFalse(builtin().takesBeta(on("bedrock", vertex), "claude-opus-5", "tool-examples-2025-10-29"));
        assertTrue(builtin().takesBeta(on("bedrock", vertex), "claude-opus-5", "web-search-2025-03-05"));
    }

    @Test
    void anOperatorsRuleMayBeForAPlatformAndForOneProviderOnIt() throws IOException {
        Takings takings = with("""
                {'date':'2026-11-22','betas':[{'provider':'b1','platform':'bedrock','takes':['x-*']},
                 {'platform':'bedrock','takes':['y-*']}]}
                """);
        Platform bedrock = new Platform.Bedrock("eu-west-1");
        assertTrue(takings.takesBeta(on("b1", bedrock), "m", "x-1"));
        assertFalse(takings.takesBeta(on("b1", bedrock), "m", "y-1"));
        assertTrue(takings.takesBeta(on("b2", bedrock), "m", "y-1"));
        assertTrue(takings.takesBeta(direct("b1"), "m", "z-1"));
    }

    @Test
    void justGemini25ProCannotDoWithoutThinking() {
        assertEquals(128, leastBudget("gemini-2.5-pro"));
        assertEquals(128, leastBudget("gemini-2.5-pro-preview-06-05"));
        assertEquals(0, leastBudget("gemini-2.5-flash"));
        assertEquals(0, leastBudget("gemini-2.5-flash-lite"));
    }

    private long leastBudget(String model) {
        return builtin().of(Protocol.GENERATE_CONTENT, "gemini", model).leastThinkingBudget();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'models':[]}                                                      | the field date is missing
            {'date':'soon'}                                                    | a date like
            {'date':'2026-11-22','rules':[]}                                   | the field rules is not known
            {'date':'2026-11-22','models':[{'provider':'x'}]}                  | the field parameters is missing
            {'date':'2026-11-22','models':[{'protocol':'soap'}]}               | a protocol is messages, chat, responses, gemini or converse
            {'date':'2026-11-22','models':[{'efforts':['much']}]}              | an effort is none, minimal
            {'date':'2026-11-22','models':[{'parameters':['effort']}]}         | this word is not known
            {'date':'2026-11-22','models':[{'tools':['sampling']}]}            | this word is not known
            {'date':'2026-11-22','models':[{'models':[]}]}                     | at least one model was expected
            {'date':'2026-11-22','models':[{'betas':['*']}]}                   | the field betas is not known
            {'date':'2026-11-22','betas':[{'provider':'x'}]}                   | the field takes is missing
            {'date':'2026-11-22','betas':[{'takes':['x']}]}                    | the field provider is missing
            {'date':'2026-11-22','betas':[{'platform':'azure'}]}               | a platform is bedrock or vertex
            {'date':'2026-11-22','models':[{'least_thinking_budget':-1}]}      | a whole number from 0
            {'date':'2026-11-22'} {}                                           | nothing more was expected
            [                                                                  | an object was expected
            """)
    void aFaultIsNamedWithItsPlace(String json, String said) {
        Refusal refusal = assertThrows(Refusal.class, () -> with(json));
        assertTrue(refusal.text().contains(said), refusal.text());
        assertTrue(refusal.text().contains("takings.json, line 1"), refusal.text());
        assertFalse(refusal.cure().isEmpty());
    }

    @Test
    void aFileThatIsTooLargeIsNotRead() throws IOException {
        Files.write(home.resolve("takings.json"), new byte[(1 << 20) + 1]);
        Refusal refusal = assertThrows(Refusal.class, this::builtin);
        assertTrue(refusal.text().contains("larger than 1 MiB"), refusal.text());
    }

    @ParameterizedTest
    @CsvSource({
        "*,anything,true",
        "*,'',true",
        "gpt-5*,gpt-5,true",
        "gpt-5*,gpt-4,false",
        "gpt-5.*-pro*,gpt-5.2-pro-x,true",
        "gpt-5.*-pro*,gpt-5-pro,false",
        "*claude-*,eu.anthropic.claude-x,true",
        "a*b*c,axxbxxbxc,true",
        "a*b*c,axxbxx,false",
        "a.c,abc,false",
        "abc,ab,false",
        "ab,abc,false",
        "**a,ba,true"
    })
    void aStarStandsForAnything(String glob, String name, boolean matches) {
        assertEquals(matches, new Glob(glob).matches(name));
    }
}
