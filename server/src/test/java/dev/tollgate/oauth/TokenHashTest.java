package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenHashTest {
    /** FIPS 180-4's own examples, and what stands between them on the same thread must not show. */
    @Test
    void itIsTheWholeSha256() {
        TokenHash abc =
                new TokenHash(0xba7816bf8f01cfeaL, 0x414140de5dae2223L, 0xb00361a396177a9cL, 0xb410ff61f20015adL);
        TokenHash two =
                new TokenHash(0x248d6a61d20638b8L, 0xe5c026930c3e6039L, 0xa33ce45964ff2167L, 0xf6ecedd419db06c1L);
        assertEquals(abc, TokenHash.of("abc"));
        assertEquals(two, TokenHash.of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
        assertEquals(abc, TokenHash.of("abc"));
    }

    @Test
    void textsThatDifferAnywhereDiffer() {
        String token = "eyJ" + "a".repeat(700);
        Set<TokenHash> hashes = new HashSet<>(Set.of(TokenHash.of(token)));
        for (int i = 0; i < token.length(); i++) {
            hashes.add(TokenHash.of(token.substring(0, i) + "_" + token.substring(i + 1)));
        }
        assertEquals(token.length() + 1, hashes.size());
        // A character that has the same low byte as another is not taken for it.
        assertNotEquals(TokenHash.of("eyJ"), TokenHash.of("\u0165yJ"));
    }

    @Test
    void threadsDoNotDisturbEachOther() throws Exception {
        List<String> tokens = IntStream.range(0, 200)
                .mapToObj(i -> ("eyJ" + i + ".").repeat(1 + i))
                .toList();
        List<TokenHash> alone = tokens.stream().map(TokenHash::of).toList();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<TokenHash>> together = tokens.stream()
                    .map(token -> executor.submit(() -> TokenHash.of(token)))
                    .toList();
            for (int i = 0; i < tokens.size(); i++) {
                assertEquals(alone.get(i), together.get(i).get());
            }
        }
    }
}
