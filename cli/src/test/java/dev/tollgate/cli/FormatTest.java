package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Figures, times and tables as a person reads them. */
class FormatTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12.408113 | $12.4081",
                "0 | $0.0000",
                "0.00004 | <$0.0001",
                "0.00005 | $0.0001",
                "1234567.5 | $1,234,567.5000",
                "'' | -",
            })
    void costsHaveFourDecimalsAndACheapCallStillShows(String usd, String shown) {
        assertEquals(shown, Format.cost(usd));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | $3.00",
                "0.075 | $0.075",
                "0.300 | $0.30",
                "150 | $150.00",
                "1E+2 | $100.00",
                "0.000000001 | $0.000000001",
                "'' | -"
            })
    void pricesLoseNoDigit(String usd, String shown) {
        assertEquals(shown, Format.price(usd));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 ms",
        "0.25,0.25 ms",
        "1,1 ms",
        "84,84 ms",
        "999,999 ms",
        "1890,1.89 s",
        "59000,59.00 s",
        "185000,3 min 5 s",
        "'',-"
    })
    void timesTakenHaveAFittingUnit(String millis, String shown) {
        assertEquals(shown, Format.millis(millis));
    }

    @Test
    void momentsAreInTheReadersZone() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertEquals("2026-11-22 10:14", Format.minute("2026-11-22T09:14:59Z", berlin));
        assertEquals("2026-07-22 11:14:59", Format.second("2026-07-22T09:14:59.999+00:00", berlin));
        assertEquals("-", Format.minute("", berlin));
        assertEquals("some day", Format.minute("some day", berlin));
        assertTrue(Format.passed("2026-11-22T09:14:59Z", Instant.parse("2026-11-22T09:14:59Z")));
        assertFalse(Format.passed("2026-11-22T09:15:00Z", Instant.parse("2026-11-22T09:14:59Z")));
        assertFalse(Format.passed("", Instant.now()));
    }

    @Test
    void controlAndDirectionCharactersNeverReachATerminal() {
        assertEquals("a [31mb c d e", Format.plain("a\u001b[31mb\rc\u2028d\u0085e\u202e\u200b"));
        assertEquals("ü € 😀", Format.plain("ü € 😀"));
    }

    @Test
    void figuresStandRightAndTextLeft() {
        Table table = new Table(Table.left("NAME"), Table.right("N"), Table.elastic("TEXT"));
        table.row("a", "1", "one");
        table.row("long name", "1,000", "");
        assertEquals(List.of("NAME           N  TEXT", "a              1  one", "long name  1,000"), table.lines(0));
    }

    @Test
    void aTableTooWideCutsItsElasticColumnButNotToNothing() {
        Table table = new Table(Table.left("NAME"), Table.elastic("TEXT"), Table.left("END"));
        table.row("n", "😀".repeat(40), "e");
        assertEquals(List.of("NAME  TEXT                 END", "n     " + "😀".repeat(18) + "…  e"), table.lines(30));
        assertEquals("n     " + "😀".repeat(15) + "…  e", table.lines(5).getLast());
        assertEquals("n     " + "😀".repeat(40) + "  e", table.lines(51).getLast());
    }

    @ParameterizedTest
    @CsvSource({"90d,7776000", "12h,43200", "30m,1800", "45s,45", "3650d,315360000"})
    void durationsAreANumberAndAUnit(String text, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), new Durations().convert(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "d",
                "90",
                "0d",
                "-1d",
                "1.5h",
                "1 d",
                "1D",
                "1w",
                "1d12h",
                "3651d",
                "9999999d",
                "99999999999999999999s"
            })
    void whatIsNoDurationIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> new Durations().convert(text));
    }
}
