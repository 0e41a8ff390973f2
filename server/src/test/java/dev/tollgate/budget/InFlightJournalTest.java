package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Payer;
import dev.tollgate.ledger.Served;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class InFlightJournalTest {
    private static final int HEADER = 4096;
    private static final CallStart START = start("req_1", "laptop");

    @TempDir
    Path home = Path.of("");

    private static CallStart start(String requestId, String keyName) {
        return new CallStart(
                requestId,
                1_795_000_000_123L,
                new Payer("k1", keyName, "personal", "summaries"),
                "anthropic",
                "messages",
                "claude-sonnet-4-5",
                "fast",
                true,
                ClientInfo.NONE);
    }

    private static JournalSlot claim(InFlightJournal journal, CallStart start, long bound) {
        return switch (journal.claim(start, bound, true, Hold.NONE)) {
            case InFlightJournal.Claim.Granted(var slot) -> slot;
            case InFlightJournal.Claim other -> throw new AssertionError(other.toString());
        };
    }

    private List<JournalSlot.Found> reopened() {
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            return journal.takeLeftovers().stream()
                    .map(InFlightJournal.Leftover::found)
                    .toList();
        }
    }

    private Path file() {
        return home.resolve("in-flight.journal");
    }

    private void overwrite(long at, int value) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
            file.seek(at);
            file.write(value);
        }
    }

    private int read(long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "r")) {
            file.seek(at);
            return file.read();
        }
    }

    @Test
    void aCallThatWasNotReleasedIsFoundWithItsLastCandidate() {
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            assertEquals(List.of(), journal.takeLeftovers());
            JournalSlot slot = claim(journal, START, 42);
            slot.served(new Served("openai", "gpt-5-with-a-longer-name", "cred_2", "spare"), false, 1);
            slot.served(Samples.SERVED, false, 1);
            assertEquals(1, journal.inFlight());
        }
        JournalSlot.Found expected =
                new JournalSlot.Found.Call(START, 42, true, true, Optional.of(Samples.SERVED), false, List.of());
        assertEquals(List.of(expected), reopened());
        assertEquals(List.of(expected), reopened(), "until it is released");
    }

    @Test
    void aCallInAPersonsNameIsFoundInTheirName() {
        Payer payer = new Payer("gra_1", "Claude Code", "personal", "summaries", "per_01k9zb3q7m000000000000");
        CallStart start = new CallStart(
                "req_3",
                7,
                payer,
                "anthropic",
                "messages",
                "m",
                "fast",
                false,
                new ClientInfo(null, "claude-code", null));
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            claim(journal, start, 42);
        }
        assertEquals(
                List.of(new JournalSlot.Found.Call(start, 42, true, false, Optional.empty(), false, List.of())),
                reopened());
    }

    @Test
    void thePersonIsKnownThoughEveryNameIsAsLongAsItMayBe() {
        String member = "p".repeat(64);
        Payer payer = new Payer("k".repeat(64), "n".repeat(128), "a".repeat(128), "f".repeat(64), member);
        CallStart start = new CallStart(
                "r".repeat(64),
                7,
                payer,
                "anthropic",
                "messages",
                "m".repeat(200),
                "x".repeat(128),
                false,
                new ClientInfo(null, "p".repeat(64), null));
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            claim(journal, start, 42);
        }
        if (reopened().getFirst() instanceof JournalSlot.Found.Call call) {
            assertEquals(member, call.start().payer().member());
            assertEquals("k".repeat(64), call.start().payer().keyId());
        } else {
            throw new AssertionError("the slot is lost");
        }
    }

    @Test
    void aSlotThatIsUsedAgainRemembersNothingOfItsLastCall() {
        CallStart plain = new CallStart(
                "req_2", 7, new Payer("k2", "", "", null), "openai", "embeddings", "e", null, false, ClientInfo.NONE);
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            JournalSlot first = claim(journal, START, 42);
            first.served(Samples.SERVED, false, 1);
            journal.release(first);
            JournalSlot second = claim(journal, plain, 0);
            assertEquals(first.number(), second.number(), "the slot used last is taken first");
        }
        assertEquals(
                List.of(new JournalSlot.Found.Call(plain, 0, true, false, Optional.empty(), false, List.of())),
                reopened());
    }

    @Test
    void aReleasedCallIsForgotten() {
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            journal.release(claim(journal, START, 42));
            assertEquals(0, journal.inFlight());
        }
        assertEquals(List.of(), reopened());
    }

    @Test
    void everyChangedByteOfASlotInUseIsFoundOut() throws IOException {
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            claim(journal, START, 42).served(Samples.SERVED, false, 42);
        }
        int used = 12 + 24 + 18 + "req_1k1personallaptopanthropicmessagesclaude-sonnet-4-5summariesfast".length();
        for (int at = 0; at < used; at++) {
            int before = read(HEADER + at);
            overwrite(HEADER + at, before ^ 0x10);
            assertEquals(List.of(new JournalSlot.Found.Torn()), reopened(), "byte " + at);
            overwrite(HEADER + at, before);
        }
        int servedAt = 704;
        int servedUsed = 12 + 10 + "anthropicclaude-sonnet-4-5cred_06e7abcdefmain".length();
        for (int at = servedAt; at < servedAt + servedUsed; at++) {
            int before = read(HEADER + at);
            overwrite(HEADER + at, before ^ 0x10);
            assertEquals(
                    List.of(new JournalSlot.Found.Call(START, 42, true, true, Optional.empty(), false, List.of())),
                    reopened(),
                    "byte " + at);
            overwrite(HEADER + at, before);
        }
        assertEquals(
                List.of(new JournalSlot.Found.Call(
                        START, 42, true, true, Optional.of(Samples.SERVED), false, List.of())),
                reopened());
    }

    @Test
    void textsThatAreTooLongAreCutBetweenCharacters() {
        String emoji = "😀".repeat(64); // 4 bytes each; 96 bytes fit
        CallStart start = new CallStart(
                "r".repeat(64),
                1,
                new Payer("k".repeat(64), "x" + emoji, emoji, emoji),
                "gemini",
                "stream_generate_content",
                emoji + emoji,
                emoji,
                false,
                ClientInfo.NONE);
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            claim(journal, start, 1).served(new Served(emoji, emoji, emoji, emoji), false, Long.MAX_VALUE);
        }
        JournalSlot.Found.Call call =
                assertInstanceOf(JournalSlot.Found.Call.class, reopened().getFirst());
        assertEquals("r".repeat(64), call.start().requestId());
        assertEquals("k".repeat(64), call.start().payer().keyId());
        assertEquals("x" + "😀".repeat(23), call.start().payer().keyName());
        assertEquals("😀".repeat(24), call.start().payer().account());
        assertEquals("😀".repeat(28), call.served().orElseThrow().model());
    }

    @Test
    void theJournalGrowsAndEveryCallInItIsFound() {
        int calls = 3 * JournalFile.SLOTS + 5;
        Set<String> ids = new HashSet<>();
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            Set<Integer> numbers = new HashSet<>();
            for (int i = 0; i < calls; i++) {
                ids.add("req_" + i);
                numbers.add(claim(journal, start("req_" + i, "n"), i).number());
            }
            assertEquals(calls, numbers.size(), "each has a slot of its own");
            assertEquals(calls, journal.inFlight());
        }
        Set<String> found = new HashSet<>();
        for (JournalSlot.Found each : reopened()) {
            found.add(
                    assertInstanceOf(JournalSlot.Found.Call.class, each).start().requestId());
        }
        assertEquals(ids, found);
    }

    @Test
    void aFullJournalRefusesAndServesAgainWhenOneIsReleased() {
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            List<JournalSlot> slots = new ArrayList<>();
            for (int i = 0; i < InFlightJournal.MOST_IN_FLIGHT; i++) {
                slots.add(claim(journal, START, i));
            }
            assertInstanceOf(InFlightJournal.Claim.Full.class, journal.claim(START, 1, true, Hold.NONE));
            journal.release(slots.get(1_234));
            assertEquals(1_234, claim(journal, START, 1).number());
            assertInstanceOf(InFlightJournal.Claim.Full.class, journal.claim(START, 1, true, Hold.NONE));
        }
    }

    @Test
    void noTwoCallsEverShareASlot() throws Exception {
        long seed = System.nanoTime();
        System.out.println("noTwoCallsEverShareASlot seed " + seed);
        Map<Integer, Thread> holders = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        Set<String> clashes = ConcurrentHashMap.newKeySet();
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            for (int t = 0; t < 4; t++) {
                SplittableRandom random = new SplittableRandom(seed + t);
                threads.add(Thread.ofPlatform().start(() -> {
                    List<JournalSlot> held = new ArrayList<>();
                    for (int i = 0; i < 60_000; i++) {
                        if ((held.size() < 600 && random.nextInt(100) < 51) || held.isEmpty()) {
                            JournalSlot slot = claim(journal, START, i);
                            if (holders.put(slot.number(), Thread.currentThread()) != null) {
                                clashes.add("slot " + slot.number());
                            }
                            held.add(slot);
                        } else {
                            JournalSlot slot = held.remove(random.nextInt(held.size()));
                            holders.remove(slot.number());
                            journal.release(slot);
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(Set.of(), clashes, "seed " + seed);
            assertEquals(holders.size(), journal.inFlight());
        }
        assertEquals(holders.size(), reopened().size());
    }

    @Test
    void aFileThatACrashLeftHalfGrownIsCompleted() throws IOException {
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            claim(journal, START, 42);
        }
        try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
            file.setLength(file.length() + 70_001);
        }
        assertEquals(1, reopened().size());
        assertEquals(HEADER + 2L * JournalFile.SLOTS * JournalSlot.BYTES, Files.size(file()), "whole segments again");
    }

    @Test
    void aFileThatACrashLeftWithoutAHeaderIsBegunAnew() throws IOException {
        Files.write(file(), new byte[100]);
        assertEquals(List.of(), reopened());
        assertTrue(Files.readString(file(), StandardCharsets.ISO_8859_1).startsWith("tollgate in-flight 4\n"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aFileOfAVersionBeforeIsReadAndIsOfThisOneFromThenOn(int version) throws IOException {
        try (InFlightJournal journal = InFlightJournal.open(home)) {
            claim(journal, START, 42);
        }
        try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
            file.write(("tollgate in-flight " + version + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        assertEquals(1, reopened().size());
        assertTrue(Files.readString(file(), StandardCharsets.ISO_8859_1).startsWith("tollgate in-flight 4\n"));
    }

    @Test
    void aFileOfAnotherKindIsRefusedAndLeftAlone() throws IOException {
        byte[] other = "# not a journal\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        Files.write(file(), other);
        Refusal refusal = assertThrows(Refusal.class, () -> InFlightJournal.open(home));
        assertTrue(refusal.cure().contains("move the file away"), refusal.cure());
        assertEquals(other.length, Files.size(file()));
    }

    @Test
    void aSecondOpeningIsRefused() {
        InFlightJournal journal = InFlightJournal.open(home);
        Refusal refusal = assertThrows(Refusal.class, () -> InFlightJournal.open(home));
        assertEquals(Refusal.Kind.CONFLICT, refusal.kind());
        journal.close();
        InFlightJournal.open(home).close();
    }

    @Test
    void aHomeThatIsNotThereIsRefused() {
        assertThrows(Refusal.class, () -> InFlightJournal.open(home.resolve("missing")));
    }

    @Test
    void onlyItsOwnerMayReadIt() throws IOException {
        InFlightJournal.open(home).close();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void whatIsReleasedAfterTheClosingStaysForTheNextStart() {
        InFlightJournal journal = InFlightJournal.open(home);
        JournalSlot slot = claim(journal, START, 42);
        journal.close();
        journal.release(slot);
        assertEquals(1, reopened().size());
    }

    @Test
    void aFreeSlotIsNothing() {
        assertNull(new FreeSlots().pop());
    }
}
