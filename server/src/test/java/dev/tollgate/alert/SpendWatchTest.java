package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.alert.SpendSource.Spent;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Unusual spending, from sums to a notice. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class SpendWatchTest {
    private static final long HOUR = UsualSpend.HOUR_MILLIS;
    private static final long DOLLAR = 1_000_000_000L;
    /** A Monday. */
    private static final Instant NOW = Instant.parse("2026-11-23T12:20:00Z");

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private AlertHouse house;

    @SuppressWarnings("NullAway.Init")
    private SpendWatch watch;

    private final List<Long> asked = new ArrayList<>();
    /** What the key ci spends in an hour; the key quiet spends a dollar. */
    private long usual = 5 * DOLLAR;

    private long rise = 0;

    @BeforeEach
    void open() throws SQLException {
        house = new AlertHouse(kind, folder);
        house.clock.set(NOW);
        watch = new SpendWatch(house.store, house.events, new Books(), house.clock);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private static Spent key(String id, String name, String app, String feature, long cost) {
        return new Spent("operator", "", id, "", name, app, feature, "", "", cost);
    }

    private static Spent grant(String app, String feature, long cost) {
        return new Spent(
                "lab", "per_ann", "", "gra_1", "Claude Code", app, feature, "anthropic", "anthropic/opus", cost);
    }

    /** What everybody else spends beside them, at all times the same. */
    private List<Spent> others = List.of();

    private List<Spent> risen = List.of();

    private final class Books implements SpendSource {
        @Override
        public List<Spent> between(long from, long to) {
            asked.add(from);
            boolean now = from >= Math.floorDiv(house.clock.millis(), HOUR) * HOUR;
            List<Spent> spent = new ArrayList<>(now && !risen.isEmpty() ? risen : others);
            spent.add(key("key_1", "ci", "", "nightly", now && rise > 0 ? rise : usual));
            spent.add(key("key_2", "quiet", "cli", "", DOLLAR));
            return spent;
        }

        @Override
        public String emailOf(String memberId) {
            return memberId.equals("per_ann") ? "ann@example.org" : memberId;
        }
    }

    private String cure(String subject) {
        return house.published.stream()
                .filter(notice -> notice.subject().equals(subject))
                .map(Notice::cure)
                .findFirst()
                .orElseThrow();
    }

    /** With many thousand calls a second the sums of an hour take minutes. */
    @Test
    void theLongerALookTakesTheLongerItIsToTheNext() {
        assertEquals(Duration.ofMinutes(5), SpendWatch.pauseAfter(Duration.ofSeconds(15)));
        assertEquals(Duration.ofMinutes(20), SpendWatch.pauseAfter(Duration.ofMinutes(1)));
        assertEquals(Duration.ofMinutes(40), SpendWatch.pauseAfter(Duration.ofMinutes(10)), "within each hour");
    }

    @Test
    void everyScopeThatABudgetHasIsLookedAtAndItsCureNamesACommandForIt() {
        others = List.of(grant("claude-code", "chat", 3 * DOLLAR));
        watch.look();
        risen = List.of(grant("claude-code", "chat", 60 * DOLLAR));
        watch.look();
        assertEquals(
                List.of(
                        "account lab",
                        "app claude-code",
                        "feature chat",
                        "grant gra_1 (Claude Code)",
                        "member ann@example.org",
                        "model anthropic/opus",
                        "provider anthropic"),
                told());
        for (String scope : List.of(
                "account lab",
                "app claude-code",
                "feature chat",
                "member ann@example.org",
                "model anthropic/opus",
                "provider anthropic")) {
            assertTrue(
                    cure(scope).contains("tollgate budget set --" + scope + " --limit USD --window day"), cure(scope));
            String by = scope.substring(0, scope.indexOf(' '));
            assertTrue(cure(scope).contains("`tollgate usage --by " + by + ",key`"), cure(scope));
        }
        String grant = cure("grant gra_1 (Claude Code)");
        assertTrue(grant.endsWith("tollgate person grant revoke gra_1"), grant);
    }

    /** Whoever calls chooses these names, and an administrator pastes the command. */
    @Test
    void aNameThatAShellWouldReadIsQuotedInTheCure() {
        others = List.of(grant("it's", "$(reboot); x", 3 * DOLLAR));
        watch.look();
        risen = List.of(grant("it's", "$(reboot); x", 60 * DOLLAR));
        watch.look();
        assertTrue(cure("feature $(reboot); x").contains("--feature '$(reboot); x' --limit"));
        assertTrue(cure("app it's").contains("--app 'it'\\''s' --limit"), cure("app it's"));
    }

    /** Zsh takes the first word for the path of a program, and the command line the second for an option. */
    @Test
    void aNameThatBeginsLikeSomethingElseIsReadAsANameAllTheSame() {
        others = List.of(grant("=reboot", "--key", 3 * DOLLAR));
        watch.look();
        risen = List.of(grant("=reboot", "--key", 60 * DOLLAR));
        watch.look();
        assertTrue(cure("app =reboot").contains(" --app '=reboot' --limit"), cure("app =reboot"));
        assertTrue(cure("feature --key").contains(" --feature='--key' --limit"), cure("feature --key"));
    }

    private List<String> told() {
        return house.published.stream()
                .filter(notice -> notice.kind().equals("spend.unusual"))
                .map(Notice::subject)
                .sorted()
                .toList();
    }

    @Test
    void whatIsUsualIsNotTold() {
        watch.look();
        assertEquals(List.of(), told());
        assertEquals(28 * 24 + 1, asked.size());
    }

    @Test
    void aRiseIsToldOfEachScopeOnceADayWithFiguresAndACure() {
        watch.look();
        rise = 50 * DOLLAR;
        watch.look();
        assertEquals(List.of("account operator", "feature nightly", "key ci"), told());
        Notice key = house.published.stream()
                .filter(notice -> notice.subject().equals("key ci"))
                .findFirst()
                .orElseThrow();
        assertEquals(
                "The key ci has spent $50.00 in the hour from 2026-11-23T12:00:00Z; hours like that come to $5.00, and"
                        + " $15.00 would still be usual.",
                key.message());
        assertTrue(
                key.cure().contains("tollgate budget set --key ci")
                        && key.cure().contains("key revoke ci"),
                key.cure());
        watch.look();
        house.clock.pass(Duration.ofHours(2));
        watch.look();
        assertEquals(3, told().size());
        house.clock.pass(Duration.ofDays(1));
        watch.look();
        assertEquals(6, told().size());
    }

    @Test
    void anHourIsAskedForOnce() {
        watch.look();
        asked.clear();
        house.clock.pass(Duration.ofMinutes(5));
        watch.look();
        assertEquals(List.of(Instant.parse("2026-11-23T12:00:00Z").toEpochMilli()), asked);
        asked.clear();
        house.clock.pass(Duration.ofHours(1));
        watch.look();
        assertEquals(
                List.of(
                        Instant.parse("2026-11-23T12:00:00Z").toEpochMilli(),
                        Instant.parse("2026-11-23T13:00:00Z").toEpochMilli()),
                asked);
    }

    @Test
    void oldHoursAreForgotten() {
        watch.look();
        long rows = house.count("spend_hour", "1 = 1");
        house.clock.pass(Duration.ofDays(60));
        watch.look();
        assertEquals(rows, house.count("spend_hour", "1 = 1"));
    }
}
