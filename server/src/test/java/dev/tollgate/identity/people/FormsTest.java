package dev.tollgate.identity.people;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Argon2;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pure parts: codes by time, passwords' rules, emails, tickets, hashes. */
class FormsTest {
    private static final Person ADA = new Person(
            "per_1",
            "ada.lovelace@analytical-engines.example",
            "Ada Lovelace",
            Role.MEMBER,
            "default",
            List.of(),
            Person.Status.ACTIVE,
            Instant.EPOCH);

    /** RFC 6238 appendix B, the last six of its eight digits. */
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void codesAreThoseOfTheStandard(long seconds, String code) {
        String secret = Totp.base32("12345678901234567890".getBytes(StandardCharsets.US_ASCII));
        Instant at = Instant.ofEpochSecond(seconds);
        assertEquals(code, Totp.code(secret, seconds / 30));
        assertEquals(OptionalLong.of(seconds / 30), Totp.step(secret, code, at));
        assertEquals(OptionalLong.of(seconds / 30), Totp.step(secret, code, at.plusSeconds(30)));
        assertEquals(OptionalLong.of(seconds / 30), Totp.step(secret, code, at.minusSeconds(30)));
        assertEquals(OptionalLong.empty(), Totp.step(secret, code, at.plusSeconds(60)));
        assertEquals(OptionalLong.empty(), Totp.step(secret, code, at.minusSeconds(60)));
        for (String wrong : List.of("", code + "0", code.substring(1), "x".repeat(6), "９".repeat(6))) {
            assertEquals(OptionalLong.empty(), Totp.step(secret, wrong, at));
        }
    }

    /** RFC 4648 section 10. */
    @ParameterizedTest
    @CsvSource({"'', ''", "f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "fooba, MZXW6YTB", "foobar, MZXW6YTBOI"})
    void base32IsThatOfTheStandard(String clear, String encoded) {
        assertEquals(encoded, Totp.base32(clear.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void secretsAreLongAndDiffer() {
        Set<String> secrets = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            secrets.add(Totp.newSecret());
            secrets.addAll(RecoveryCodes.fresh());
        }
        assertEquals(1_100, secrets.size());
        assertEquals(32, Totp.newSecret().length());
    }

    /** From the tests of the reference implementation (phc-winner-argon2, test.c). */
    @Test
    void argon2idIsThatOfTheReference() {
        byte[] hash = Argon2.id(
                "password".getBytes(StandardCharsets.UTF_8),
                "somesalt".getBytes(StandardCharsets.UTF_8),
                new byte[0],
                new Argon2.Cost(65_536, 2, 1),
                32);
        assertEquals(
                "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
                HexFormat.of().formatHex(hash));
    }

    @Test
    void aHashNeedsItsKeyAndComesBackFromItsText() {
        byte[] password = Argon2.utf8("caf\u00e9");
        byte[] key = {1, 2, 3};
        PasswordHash hash = PasswordHash.of(password, key, PeopleHouse.CHEAP);
        PasswordHash read = PasswordHash.parse(hash.phc()).orElseThrow();
        assertEquals(hash.phc(), read.phc());
        assertTrue(read.matches(Argon2.utf8("cafe\u0301"), key), "composed in another way");
        assertFalse(read.matches(password, new byte[] {1, 2, 4}));
        assertFalse(read.matches(Argon2.utf8("cafe"), key));
        assertNotEquals(
                hash.phc(), PasswordHash.of(password, key, PeopleHouse.CHEAP).phc(), "a salt of its own");
        assertTrue(read.isOutdated(PasswordHasher.COST));
        String long43 = hash.phc().substring(hash.phc().lastIndexOf('$'));
        for (String bad : List.of(
                "",
                "x",
                hash.phc() + "x",
                hash.phc().replace("argon2id", "argon2i"),
                hash.phc().replace("m=64", "m=1"),
                hash.phc().replace("m=64", "m=999999"),
                hash.phc().replace("t=1", "t=0"),
                hash.phc().replace("t=1", "t=99"),
                hash.phc().replace("p=1", "p=0"),
                hash.phc().replace(long43, "$short"))) {
            assertEquals(Optional.empty(), PasswordHash.parse(bad).map(PasswordHash::phc), bad);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "short",
                "elevenchars",
                "aaaaaaaaaaaaaaaa",
                "abababababababab",
                "abcdefghijklmnop",
                "123456789012",
                "qwertyuiop[]12",
                "Password1234!",
                "P@ssw0rd2026",
                "password-password",
                "correct horse battery staple",
                "Ada Lovelace 1815",
                "ada.lovelace2026",
                "analytical-engines",
                "lovelaceada!!1",
                "tollgate-admin-2026",
                "017612345678"
            })
    void whatAnybodyWouldTryFirstIsNoPassword(String password) {
        assertTrue(PasswordRules.objection(password, ADA).isPresent(), password);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PeopleHouse.PASSWORD,
                "another Horse 42 batteries",
                "k9#Lq2!vTz8&",
                "the moon likes rice",
                "gruenetomatenschmecken",
                "ÄÖÜ ßéñ 日本語のパスワード",
                "4839201756482039",
                "password-manager-made:Wd7k"
            })
    void anythingElseThatIsLongIs(String password) {
        assertEquals(Optional.empty(), PasswordRules.objection(password, ADA));
    }

    @Test
    void aPasswordHasABound() {
        String longest = "kx7 Qb2m ".repeat(200).substring(0, 1_024);
        assertEquals(Optional.empty(), PasswordRules.objection(longest, ADA));
        assertTrue(PasswordRules.objection(longest + "x", ADA).isPresent());
        assertTrue(PasswordRules.objection("äöüéñ".repeat(110), ADA).isPresent(), "bytes, not characters");
    }

    @Test
    void emailsHaveOneForm() {
        assertEquals(Optional.of("ada@example.com"), Texts.email(" Ada@EXAMPLE.com\n"));
        assertEquals(Optional.of("a+b@sub.example.com"), Texts.email("a+b@sub.example.com"));
        assertEquals(Optional.of("me@localhost"), Texts.email("me@localhost"));
        assertEquals(Texts.email("é@example.com"), Texts.email("e\u0301@example.com"));
        for (String bad : List.of(
                "",
                "@",
                "a@",
                "@b",
                "a b@c.d",
                "a@b c",
                "a\u0000@b.c",
                "a@b..c",
                "a@.b",
                "a@-b_.c",
                "<a@b.c>",
                "a,b@c.d",
                "a\u200b@b.c",
                "a\u00a0b@c.d",
                "\ud800@b.c",
                "x".repeat(65) + "@b.c",
                "a@" + "b.".repeat(200) + "c",
                "a\r\nBcc:x@b.c")) {
            assertEquals(Optional.empty(), Texts.email(bad), bad);
        }
    }

    @Test
    void ticketsAreGoodForTheirPurposeTimeAndKeyOnly() {
        Instant[] now = {Instant.parse("2026-11-22T12:00:00Z")};
        Signer signer = Signer.of(new byte[32], "tickets");
        Tickets tickets = new Tickets(signer, () -> now[0]);
        String text = tickets.issue("purpose", "content ö", Duration.ofMinutes(1));
        assertEquals("content ö", tickets.open("purpose", text).orElseThrow().content());
        assertEquals(Optional.empty(), tickets.open("another", text));
        assertEquals(
                Optional.empty(), new Tickets(Signer.of(new byte[32], "other"), () -> now[0]).open("purpose", text));
        for (int i = 0; i < text.length() - 1; i++) { // the last character holds bits that mean nothing
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String forged = text.substring(0, i) + other + text.substring(i + 1);
            assertEquals(Optional.empty(), tickets.open("purpose", forged), "at " + i);
            assertEquals(Optional.empty(), tickets.open("purpose", text.substring(0, i)), "cut at " + i);
        }
        now[0] = now[0].plusSeconds(60);
        assertEquals(Optional.empty(), tickets.open("purpose", text));
    }

    @Test
    void partsThatAreSignedTogetherCannotBeCutOtherwise() {
        Signer signer = Signer.of(new byte[32], "x");
        byte[] mac = signer.sign("ab".getBytes(StandardCharsets.UTF_8), "c".getBytes(StandardCharsets.UTF_8));
        assertFalse(signer.verifies(mac, "a".getBytes(StandardCharsets.UTF_8), "bc".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void devicesHaveNamesThatPeopleKnow() {
        assertEquals(
                "Edge on Windows",
                DeviceNames.of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                        + " Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"));
        assertEquals(
                "Safari on iPhone",
                DeviceNames.of(
                        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
                                + " Gecko) Version/19.0 Mobile/15E148 Safari/604.1"));
        assertEquals(
                "Chrome on Android",
                DeviceNames.of("Mozilla/5.0 (Linux; Android 16) Chrome/142.0 Mobile Safari/537.36"));
        assertEquals("curl", DeviceNames.of("curl/8.5.0"));
        assertEquals("Unknown device", DeviceNames.of(""));
        assertEquals("?[31mtool/1", DeviceNames.of("\u001b[31mtool/1"));
    }
}
