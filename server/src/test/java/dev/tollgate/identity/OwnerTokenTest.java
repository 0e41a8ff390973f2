package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerTokenTest {
    @TempDir
    Path home = Path.of("");

    private Path file() {
        return home.resolve(OwnerToken.FILE);
    }

    private String written() throws IOException {
        return Files.readString(file()).strip();
    }

    @Test
    void theFirstStartLeavesATokenThatOnlyItsOwnerCanRead() throws IOException {
        OwnerToken token = OwnerToken.ensure(home);
        assertTrue(written().matches("tga_[0-9A-Za-z]{40}[0-9a-f]{8}"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        assertTrue(token.matches(written()));
        try (Stream<Path> files = Files.list(home)) {
            assertEquals(List.of(file()), files.toList(), "nothing else is left");
        }
    }

    @Test
    void theAddressOfTheServerStandsBesideItsToken() throws IOException {
        OwnerToken.ensure(home);
        OwnerToken.keepAddress(home, "https://gate.example.com");
        OwnerToken.keepAddress(home, "https://gate.example.org:8443");
        Path address = home.resolve("owner-token.url");
        assertEquals("https://gate.example.org:8443\n", Files.readString(address));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(address)));
        try (Stream<Path> files = Files.list(home)) {
            assertEquals(2, files.count(), "nothing else is left");
        }
    }

    @Test
    void aRestartKeepsTheToken() throws IOException {
        OwnerToken.ensure(home);
        String before = written();
        assertTrue(OwnerToken.ensure(home).matches(before));
        assertEquals(before, written());
    }

    @Test
    void anythingElseDoesNotMatch() throws IOException {
        OwnerToken token = OwnerToken.ensure(home);
        String right = written();
        String last = right.endsWith("0") ? "1" : "0";
        for (String wrong : List.of(
                "",
                right + "x",
                right.substring(1),
                right.substring(0, right.length() - 1) + last,
                right + "\n",
                "x".repeat(right.length()),
                "x".repeat(1_000_000))) {
            assertFalse(token.matches(wrong));
        }
    }

    @Test
    void aDamagedTokenIsReplaced() throws IOException {
        for (String damage : List.of("", "tga_", "hello", "\0".repeat(52), "x".repeat(100_000))) {
            Files.writeString(file(), damage);
            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
            OwnerToken token = OwnerToken.ensure(home);
            assertFalse(token.matches(damage));
            assertTrue(token.matches(written()));
        }
        String torn = written().substring(0, 30) + "A".repeat(22);
        Files.writeString(file(), torn);
        assertFalse(OwnerToken.ensure(home).matches(torn));
    }

    @Test
    void aTokenThatOthersCouldReadIsReplaced() throws IOException {
        OwnerToken.ensure(home);
        String exposed = written();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        assertFalse(OwnerToken.ensure(home).matches(exposed));
        assertNotEquals(exposed, written());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
        OwnerToken.ensure(elsewhere);
        String planted = Files.readString(elsewhere.resolve(OwnerToken.FILE)).strip();
        Files.createSymbolicLink(file(), elsewhere.resolve(OwnerToken.FILE));
        assertFalse(OwnerToken.ensure(home).matches(planted));
        assertTrue(Files.isRegularFile(file(), LinkOption.NOFOLLOW_LINKS));
        assertEquals(
                planted, Files.readString(elsewhere.resolve(OwnerToken.FILE)).strip());
    }

    @Test
    void aHomeThatIsNotThereIsRefusedClearly() {
        Refusal refusal = assertThrows(Refusal.class, () -> OwnerToken.ensure(home.resolve("nowhere")));
        assertTrue(refusal.text().contains("owner-token"));
        assertFalse(refusal.cure().isEmpty());
    }

    @Test
    void itsTextIsNeverShown() throws IOException {
        assertFalse(OwnerToken.ensure(home).toString().contains(written().substring(4)));
    }
}
