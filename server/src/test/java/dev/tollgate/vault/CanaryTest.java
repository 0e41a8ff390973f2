package dev.tollgate.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.vault.open.OpenedSecret;
import dev.tollgate.vault.open.SecretOpener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Marked secrets go through everything that the vault does; then everything that it wrote or said is searched. */
class CanaryTest {
    private static final String CANARY = "C4n4ryTh4tM4yN3v3rSh0w";
    private static final String FIRST = "sk-ant-api03-" + CANARY + "-first-version-0001AA";
    private static final String SECOND = "sk-ant-api03-" + CANARY + "-second-version-0002AA";
    private static final String REFUSED = "sk-ant-oat01-" + CANARY;

    @TempDir
    Path home;

    private final List<String> said = new ArrayList<>();

    private void say(@Nullable Object thing) {
        said.add(String.valueOf(thing));
    }

    private void sayThrown(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            say(trace);
            say(e instanceof Refusal refusal ? refusal.cure() : "");
        }
    }

    @Test
    void noSecretIsInTheDatabasesBytesNorInAnythingThatIsSaid() throws IOException {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Vault vault = house.open();
            Credentials credentials = vault.credentials();
            NewCredential wanted = TestHouse.credential("team", "Bearer " + FIRST + "\n");
            say(wanted);
            say(credentials.add(wanted, "owner"));
            say(credentials.rotate("team", null, "\"" + SECOND + "\"", "owner"));
            sayThrown(() -> credentials.add(TestHouse.credential("again", SECOND), "owner"));
            sayThrown(() -> credentials.add(TestHouse.credential("login", REFUSED), "owner"));
            sayThrown(() -> credentials.add(TestHouse.credential("blank", FIRST + " " + CANARY), "owner"));
            sayThrown(() -> credentials.add(TestHouse.credential(FIRST, FIRST), "owner"));
            sayThrown(() -> credentials.remove(FIRST, "owner"));
            sayThrown(() -> credentials.rotate(SECOND, null, FIRST, "owner"));
            CredentialInfo info = credentials.find("team").orElseThrow();
            credentials.quarantine(info.id(), info.version(), "the provider answered 401", "gate");
            credentials.reactivate("team", "owner");
            say(vault.rotate("owner"));
            try (OpenedSecret opened = new SecretOpener(credentials).open(info.id())) {
                say(opened);
                say(opened.ascii("Bearer "));
            }
            say(credentials.findSealed(info.id()));
            say(credentials.list());
            say(credentials.entries());
            say(vault.status());
            house.store.close();
            sayThrown(() -> credentials.rotate("team", null, FIRST, "owner"));
            said.addAll(house.audited);
            house.notices.forEach(this::say);

            assertTrue(said.size() > 25, said::toString);
            said.forEach(text -> assertFalse(text.contains(CANARY), text));
            int searched = 0;
            try (Stream<Path> files = Files.list(home)) {
                for (Path file : files.toList()) {
                    assertNoTrace(file);
                    searched++;
                }
            }
            assertTrue(searched >= 2, "the database and the key file");
        }
    }

    private static void assertNoTrace(Path file) throws IOException {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        byte[] canary = CANARY.getBytes(StandardCharsets.US_ASCII);
        List<String> shapes = new ArrayList<>(List.of(CANARY, HexFormat.of().formatHex(canary)));
        for (int shift = 0; shift < 3; shift++) {
            // Base64 has three faces, by where the text begins; the ends depend on the neighbours.
            byte[] shifted = new byte[canary.length + shift];
            System.arraycopy(canary, 0, shifted, shift, canary.length);
            String face = Base64.getUrlEncoder().withoutPadding().encodeToString(shifted);
            shapes.add(face.substring(4, face.length() - 4));
        }
        for (String shape : shapes) {
            assertFalse(content.contains(shape), () -> file + " holds the secret as " + shape);
        }
        assertFalse(content.toLowerCase(Locale.ROOT).contains(CANARY.toLowerCase(Locale.ROOT)), file::toString);
    }

    @Test
    void theRootKeyAndTheDerivedKeysAreNotInTheDatabase() throws IOException {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Vault vault = house.open();
            vault.credentials().add(TestHouse.credential("team", FIRST), "owner");
            byte[] root = new MasterKeyFile(house.keyFile()).read().getFirst().copyBytes();
            byte[] derived = vault.derive("audit head");
            house.store.close();

            int searched = 0;
            try (Stream<Path> files = Files.list(home)) {
                for (Path file :
                        files.filter(path -> !path.equals(house.keyFile())).toList()) {
                    String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                    for (byte[] key : List.of(root, derived)) {
                        assertFalse(content.contains(new String(key, StandardCharsets.ISO_8859_1)));
                        assertFalse(content.contains(Base64.getEncoder().encodeToString(key)));
                        assertFalse(content.contains(HexFormat.of().formatHex(key)));
                    }
                    searched++;
                }
            }
            assertEquals(1, searched, "the database");
        }
    }
}
