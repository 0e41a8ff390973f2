package dev.tollgate.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.identity.people.CrowdedPeople;
import dev.tollgate.identity.people.SoftPasskey;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told where there is no room to hash another password. */
class CrowdedHouseTest {
    private static final String PASSWORD = "kx7 Qb2m glacier vow";

    @TempDir
    Path folder;

    private static void assertLater(Browser browser) {
        assertEquals(503, browser.page.statusCode());
        assertEquals(Optional.of("5"), browser.page.headers().firstValue("retry-after"));
        browser.says("Try again in a few seconds.");
    }

    @Test
    void whoeverTypesAPasswordIsToldWhenToComeAgainAndPasskeysGoOn() throws Exception {
        try (ConsoleHouse house = new ConsoleHouse(folder, CrowdedPeople::open);
                Browser browser = house.browser("192.0.2.1")) {
            SoftPasskey passkey = new SoftPasskey();
            browser.open(house.firstRunLink())
                    .send("/first-run", "name", "Olga", "email", "olga@example.com")
                    .addPasskey(passkey)
                    .open("/account/password")
                    .send("/account/password", "new_password", PASSWORD, "repeated_password", PASSWORD);
            assertLater(browser.at("Problem: Set a password"));
            browser.open("/account").send("/sign-out").open("/sign-in").password("olga@example.com", PASSWORD);
            assertLater(browser.at("Problem: Enter your password"));
            browser.signIn(passkey).at("Your account");
        }
    }
}
