package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients write into {@code cache-control}. */
class CacheDirectivesTest {
    private static CacheDirectives of(String... values) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        List.of(values).forEach(value -> headers.add("Cache-Control", value));
        return CacheDirectives.of(headers);
    }

    private static CacheDirectives maxAge(long seconds) {
        return new CacheDirectives(false, false, false, seconds);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            max-age=0                     | 0
            max-age=60                    | 60
            MAX-AGE = 60                  | 60
            max-age="60"                  | 60
            max-age=60, max-age=5         | 5
            max-age=9999999999999999999   | 9223372036854775807
            max-age                       | 0
            max-age=                      | 0
            max-age=-1                    | 0
            max-age=1.5                   | 0
            max-age=٣                     | 0
            max-stale=60, foo, =, ,bar="x"| 9223372036854775807
            """)
    void anAgeIsANumberOfSecondsAndWhatIsNoneIsZero(String value, long seconds) {
        assertEquals(maxAge(seconds), of(value));
    }

    @Test
    void directivesOfSeveralHeadersAddUp() {
        assertEquals(
                new CacheDirectives(true, true, true, 7), of("No-Cache , only-if-cached", "no-store", "max-age=7"));
        assertEquals(maxAge(Long.MAX_VALUE), CacheDirectives.of(MultiMap.caseInsensitiveMultiMap()));
        assertEquals(maxAge(Long.MAX_VALUE), of("no-cachet", "x-no-store"));
    }
}
