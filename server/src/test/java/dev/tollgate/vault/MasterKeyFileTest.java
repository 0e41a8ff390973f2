package dev.tollgate.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyFileTest {
    @TempDir
    Path home;

    private Path path() {
        return home.resolve("master.key");
    }

    private List<String> ids() {
        return new MasterKeyFile(path()).read().stream().map(RootKey::id).toList();
    }

    @Test
    void itIsMadeForItsOwnerAloneAndLeavesNothingElseBehind() throws IOException {
        RootKey key = RootKey.random();
        new MasterKeyFile(path()).create(key);

        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
        assertEquals(List.of(key.id()), ids());
        try (Stream<Path> files = Files.list(home)) {
            assertEquals(List.of(path()), files.toList());
        }
    }

    @Test
    void anExistingFileIsNeverOverwrittenByANewOne() {
        RootKey first = RootKey.random();
        MasterKeyFile file = new MasterKeyFile(path());
        file.create(first);

        Refusal refusal = assertThrows(Refusal.class, () -> file.create(RootKey.random()));

        assertEquals(Refusal.Kind.CONFLICT, refusal.kind());
        assertEquals(List.of(first.id()), ids());
    }

    @Test
    void replacingKeepsTheModeAndTheOrderNewestFirst() throws IOException {
        RootKey old = RootKey.random();
        RootKey next = RootKey.random();
        MasterKeyFile file = new MasterKeyFile(path());
        file.create(old);

        file.replace(List.of(next, old));

        assertEquals(List.of(next.id(), old.id()), ids());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
    }

    @Test
    void aLeftOverOfADyingStartIsNoObstacle() throws IOException {
        Files.writeString(home.resolve("master.key.new"), "half a k");
        RootKey key = RootKey.random();

        new MasterKeyFile(path()).create(key);

        assertEquals(List.of(key.id()), ids());
        assertFalse(Files.exists(home.resolve("master.key.new")));
    }

    @Test
    void aLinkToTheFileStaysALink() throws IOException {
        Path target = Files.createDirectory(home.resolve("safe")).resolve("key");
        RootKey next = RootKey.random();
        new MasterKeyFile(target).create(RootKey.random());
        Files.createSymbolicLink(path(), target);

        new MasterKeyFile(path()).replace(List.of(next));

        assertTrue(Files.isSymbolicLink(path()));
        assertEquals(List.of(next.id()), ids());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw------x", "rwxrwxrwx"})
    void itIsRefusedIfOthersMayUseItAndTheCureIsACommand(String mode) throws IOException {
        new MasterKeyFile(path()).create(RootKey.random());
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString(mode));

        Refusal refusal = assertThrows(Refusal.class, this::ids);

        assertEquals(Refusal.Kind.FORBIDDEN, refusal.kind());
        assertEquals("Run: chmod 600 " + path(), refusal.cure());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# only a comment\n",
                "tollgate-master-key-1 c2VjcmV0Y2FuYXJ5\n",
                "tollgate-master-key-1 !!!secretcanary!!!\n",
                "secretcanary\n",
                "tollgate-master-key-2 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
            })
    void aDamagedFileIsRefusedWithoutRepeatingIt(String content) throws IOException {
        new MasterKeyFile(path()).create(RootKey.random());
        Files.writeString(path(), content);

        Refusal refusal = assertThrows(Refusal.class, this::ids);

        assertEquals(Refusal.Kind.INVALID, refusal.kind());
        assertTrue(refusal.text().contains("is damaged"), refusal.text());
        assertFalse((refusal.text() + refusal.cure()).contains("secretcanary"), refusal.text());
    }

    @Test
    void aMissingFolderIsAClearRefusal() {
        MasterKeyFile file = new MasterKeyFile(home.resolve("no/such/folder/master.key"));

        Refusal refusal = assertThrows(Refusal.class, () -> file.create(RootKey.random()));

        assertEquals(Refusal.Kind.UNAVAILABLE, refusal.kind());
    }
}
