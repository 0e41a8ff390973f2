package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.Splices;
import dev.tollgate.gateway.Stages.Permitted;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each candidate is told so that a call stays within what is held for it. */
class BoundsTest {
    private static final Candidate OPENAI = candidate("openai", true);
    private static final Candidate OWN = candidate("own", false);
    private static final CatalogView CATALOG = CatalogView.of(
            List.of(OPENAI.provider()),
            List.of(new Model("openai", "m", Set.of(), "M", 100_000, 8_000, Instant.EPOCH, List.of())),
            List.of());

    private static Candidate candidate(String provider, boolean builtin) {
        return new Candidate(
                new Provider(
                        provider, Set.of(Dialect.OPENAI), URI.create("https://p.example"), AuthStyle.BEARER, builtin),
                "m",
                null,
                true);
    }

    private static String told(Candidate candidate, long outputTokens, String json, List<String> edits) {
        byte[] body = json.replace('\'', '"').getBytes(UTF_8);
        Permitted permitted = Calls.permitted(Operation.CHAT_COMPLETIONS, body, OPENAI, OWN)
                .bounded(new Bounds(outputTokens, true), List.of());
        return new String(
                        Splices.apply(body, 0, body.length, Bounds.splices(permitted, candidate, CATALOG, edits)),
                        UTF_8)
                .replace('"', '\'');
    }

    @Test
    void eachCandidateIsToldInTheWordsThatItKnows() {
        String body = "{'model':'m'}";
        List<String> edits = new ArrayList<>();
        assertEquals("{'max_completion_tokens':500,'model':'m'}", told(OPENAI, 500, body, edits));
        assertEquals("{'max_tokens':500,'model':'m'}", told(OWN, 500, body, edits));
        assertEquals(List.of(), edits, "who bounded it has said so");
    }

    /** Of a budget that can pay 20,000 tokens, or any number. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "20000 | {'model':'m'} | {'model':'m'} | {'max_tokens':16384,'model':'m'}",
                "20000 | {'model':'m','max_tokens':99} | {'model':'m','max_tokens':99} | {'model':'m','max_tokens':99}",
                "7000 | {'model':'m','max_tokens':null} | {'model':'m','max_tokens':7000} | {'model':'m','max_tokens':7000}",
                "9223372036854775807 | {'model':'m'} | {'model':'m'} | {'max_tokens':16384,'model':'m'}",
                "9223372036854775807 | {'model':'m','max_tokens':50000} | {'model':'m','max_tokens':50000}"
                        + " | {'model':'m','max_tokens':50000}",
            })
    void noCandidateIsToldMoreThanItsModelTakesNorAnythingNeedless(long tokens, String body, String known, String own) {
        assertEquals(known, told(OPENAI, tokens, body, new ArrayList<>()));
        assertEquals(own, told(OWN, tokens, body, new ArrayList<>()));
    }

    @Test
    void whatNoBudgetCoversIsToldNothing() {
        byte[] body = "{\"model\":\"m\"}".getBytes(UTF_8);
        Permitted permitted = Calls.permitted(Operation.CHAT_COMPLETIONS, body, OWN);
        List<String> edits = new ArrayList<>();
        assertEquals(List.of(), Bounds.splices(permitted, OWN, CATALOG, edits));
        assertSame(body, Bounds.body(permitted, OWN, CATALOG, edits));
        assertEquals(List.of(), edits);
    }

    /** A call that no budget covers goes on as it was asked, converted too. */
    @Test
    void theToolsOfAnotherVendorAreBoundedOnlyWhereABudgetPays() {
        byte[] asked = "{\"model\":\"m\",\"web_search_options\":{}}".getBytes(UTF_8);
        byte[] theirs = ("{\"model\":\"m\",\"max_tokens\":9,\"messages\":[],\"tools\":["
                        + "{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]}")
                .getBytes(UTF_8);
        Permitted unpaid = Calls.permitted(Operation.CHAT_COMPLETIONS, asked, OWN);
        assertSame(theirs, Bounds.written(unpaid, Operation.MESSAGES, theirs));
        Permitted limited = unpaid.bounded(Bounds.NONE.atMost(5), List.of());
        assertSame(theirs, Bounds.written(limited, Operation.MESSAGES, theirs));
        Permitted paid = unpaid.bounded(Bounds.NONE.ofPaid(), List.of());
        String bounded = new String(Bounds.written(paid, Operation.MESSAGES, theirs), UTF_8);
        assertTrue(bounded.contains("\"max_uses\":10"), bounded);
    }

    @Test
    void aConvertedCallIsToldBeforeItIsConverted() {
        byte[] body = "{\"model\":\"m\"}".getBytes(UTF_8);
        Permitted asked = Calls.permitted(Operation.CHAT_COMPLETIONS, body, OWN);
        assertSame(body, Bounds.body(asked, OWN, CATALOG, new ArrayList<>()));
        Permitted bounded = asked.bounded(Bounds.NONE.atMost(500), List.of());
        assertEquals(
                "{\"max_tokens\":500,\"model\":\"m\"}",
                new String(Bounds.body(bounded, OWN, CATALOG, new ArrayList<>()), UTF_8));
    }

    /** Budgets and rates each say theirs. */
    @Test
    void theStricterOfTwoBoundsHolds() {
        assertEquals(5, Bounds.NONE.atMost(5).atMost(9).outputTokens());
        assertEquals(5, Bounds.NONE.atMost(9).atMost(5).outputTokens());
        assertTrue(Bounds.NONE.ofPaid().atMost(5).paid());
        assertEquals(5, Bounds.NONE.atMost(5).ofPaid().outputTokens());
    }
}
