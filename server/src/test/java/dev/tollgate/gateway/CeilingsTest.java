package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.budget.Ceiling;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Price;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.gateway.Stages.Permitted;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CeilingsTest {
    private static final long USD = 1_000_000_000L;
    private static final Provider PROVIDER =
            new Provider("p", Set.of(Dialect.OPENAI), URI.create("https://p.example"), AuthStyle.BEARER, false);

    private static Candidate candidate(String model, long usd, long contextTokens) {
        Price price =
                new Price(usd * USD, usd * USD, usd * USD, usd * USD, usd * USD, USD, null, LocalDate.EPOCH, "test");
        return new Candidate(PROVIDER, model, price, true, contextTokens);
    }

    private static Ceiling ceiling(int bodyBytes, Candidate... candidates) {
        return ceiling(Operation.CHAT_COMPLETIONS, bodyBytes, candidates);
    }

    private static Ceiling ceiling(Operation operation, int bodyBytes, Candidate... candidates) {
        byte[] start = "{\"model\":\"m\",\"max_tokens\":100}".getBytes(StandardCharsets.UTF_8);
        byte[] body = Arrays.copyOf(start, bodyBytes);
        Arrays.fill(body, start.length, bodyBytes, (byte) ' ');
        Permitted permitted = Calls.permitted(operation, body, candidates);
        return Ceilings.of(permitted, CatalogView.of(List.of(), List.of(), List.of()));
    }

    @Test
    void aLargeImageIsNeverReservedBeyondTheModelsContext() {
        assertEquals(200_000, ceiling(1 << 20, candidate("m", 5, 200_000)).inputTokens());
        assertEquals(1_000, ceiling(1_000, candidate("m", 5, 200_000)).inputTokens());
        assertEquals(new Ceiling(200_000, 100, 5 * USD, 5 * USD, 0), ceiling(1 << 20, candidate("m", 5, 200_000)));
    }

    @Test
    void theLongestContextThatMayBeReachedBoundsThePrompt() {
        Ceiling both = ceiling(1 << 20, candidate("short", 5, 200_000), candidate("long", 1, 400_000));
        assertEquals(400_000, both.inputTokens());
        assertEquals(5 * USD, both.inputNanoUsdPerMTok());
        assertEquals(
                1 << 20,
                ceiling(1 << 20, candidate("known", 5, 200_000), candidate("unknown", 1, 0))
                        .inputTokens());
    }

    @Test
    void theContextBoundsOneTextOfAnEmbeddingAndNotAllOfThem() {
        assertEquals(
                1 << 20,
                ceiling(Operation.EMBEDDINGS, 1 << 20, candidate("m", 5, 8_192)).inputTokens());
    }
}
