package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Payer;
import dev.tollgate.ledger.Served;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One slot of the journal: {@value #BYTES} bytes of mapped memory in two parts, each {@code state | checksum | length |
 * fields}. The first part is written when the call is reserved, the second each time a candidate is chosen.
 *
 * <p>A part is written before its state says so, and its state is stored with release semantics: a process that is killed
 * leaves either no part or a whole one in the page cache. The checksum is for what the disk does when the power fails, when
 * pages reach it in any order.
 */
final class JournalSlot {
    static final int BYTES = 1024;

    private static final int CALL_AT = 0;
    private static final int SERVED_AT = 704;
    private static final int HEADER = 12; // state, checksum, length
    private static final int CALL_ROOM = SERVED_AT - HEADER;
    private static final int SERVED_ROOM = BYTES - SERVED_AT - HEADER;

    private static final int CALL_TEXTS = 10;
    private static final int SERVED_TEXTS = 5;
    /** The last text, where another place may bill the call, too; slots of older versions lack it, and the bound that follows it. */
    private static final String ELSEWHERE = "+";

    private static final int MODEL_BYTES = 112;
    private static final int MOST_BYTES_OF_A_CHARACTER = 4;

    private static final int PRICED = 1;
    private static final int STREAM = 2;
    /** Marks follow; slots of the journal's second version have none. */
    private static final int MARKED = 4;
    /** The account is followed by a person's id; slots before the journal's fourth version have none. */
    private static final int MEMBER = 8;

    private static final int MARKS_AT = 8;
    /** Of a call that more budgets cover the recovery finds them anew. */
    private static final int MOST_MARKS = 32;

    private static final int FREE = 0;
    /** No byte of it is zero or all ones, so that neither a hole nor an erased block looks like a slot in use. */
    private static final int IN_USE = 0x5407_A11C;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle STATE = INT.varHandle();

    private final MemorySegment memory;
    /** Its place in the file, counted from 0. */
    private final int number;

    JournalSlot(MemorySegment memory, int number) {
        this.memory = memory;
        this.number = number;
    }

    int number() {
        return number;
    }

    /** What a slot in use holds, at start. */
    sealed interface Found {
        /** The slot is free. */
        record Nothing() implements Found {}

        /**
         * A call that was in flight.
         *
         * @param boundNanoUsd the most that all its attempts together may have come to
         * @param sent false if no candidate had been chosen, so that nothing can have been sent
         * @param served the last candidate that it was sent to; empty if that was just being written
         * @param elsewhere whether it was sent to another place before, which has not answered and may bill it
         * @param marks of the slices that held for it ({@link Slice.Key#mark}); null where the slot does not have them all
         */
        record Call(
                CallStart start,
                long boundNanoUsd,
                boolean priced,
                boolean sent,
                Optional<Served> served,
                boolean elsewhere,
                @Nullable List<Long> marks)
                implements Found {}

        /** The slot was in use, and what it says cannot be trusted. */
        record Torn() implements Found {}
    }

    void occupy(CallStart start, long boundNanoUsd, boolean priced, List<Hold.Part> held) {
        Payer payer = start.payer();
        String member = payer.member();
        boolean marked = held.size() <= MOST_MARKS;
        SlotWriter fields = new SlotWriter(CALL_ROOM, CALL_TEXTS + (member == null ? 0 : 1));
        fields.putLong(start.atMillis());
        fields.putLong(boundNanoUsd);
        fields.putLong((priced ? PRICED : 0)
                | (start.stream() ? STREAM : 0)
                | (member == null ? 0 : MEMBER)
                | (marked ? MARKED | (long) held.size() << MARKS_AT : 0));
        if (marked) {
            for (int i = 0; i < held.size(); i++) {
                fields.putLong(held.get(i).slice().mark());
            }
        }
        // The most important first: what does not fit is cut short.
        fields.putText(start.requestId(), 64);
        fields.putText(payer.keyId(), 64);
        fields.putText(payer.account(), 96);
        if (member != null) {
            fields.putText(member, 64);
        }
        fields.putText(payer.keyName(), 96);
        fields.putText(start.dialect(), 16);
        fields.putText(start.operation(), 32);
        fields.putText(start.requestedModel(), 104);
        fields.putTextOrNull(payer.feature(), 64);
        fields.putTextOrNull(start.client().app(), 64);
        fields.putTextOrNull(start.alias(), 48);
        STATE.set(memory, (long) SERVED_AT, FREE);
        publish(CALL_AT, fields);
    }

    /**
     * Notes an attempt.
     *
     * @param elsewhere whether another place may bill the call, too
     * @param boundNanoUsd the most that it may come to with those before it, in nano-US-dollars
     */
    void served(Served candidate, boolean elsewhere, long boundNanoUsd) {
        STATE.setRelease(memory, (long) SERVED_AT, FREE);
        VarHandle.storeStoreFence(); // the old part must be gone before a byte of the new one is there
        SlotWriter fields = new SlotWriter(SERVED_ROOM, SERVED_TEXTS);
        fields.putText(candidate.provider(), 64);
        fields.putText(candidate.credentialId(), 64);
        fields.putText(candidate.model(), MODEL_BYTES);
        fields.putText(candidate.credentialName(), 48);
        fields.putText(elsewhere ? ELSEWHERE : "", ELSEWHERE.length());
        fields.putLong(boundNanoUsd);
        publish(SERVED_AT, fields);
    }

    void free() {
        STATE.setRelease(memory, (long) CALL_AT, FREE);
    }

    private void publish(int part, SlotWriter fields) {
        memory.set(INT, part + 4L, fields.checksum());
        memory.set(INT, part + 8L, fields.length());
        MemorySegment.copy(fields.bytes(), 0, memory, ValueLayout.JAVA_BYTE, part + (long) HEADER, fields.length());
        STATE.setRelease(memory, (long) part, IN_USE);
    }

    Found read() {
        int state = (int) STATE.getAcquire(memory, (long) CALL_AT);
        if (state == FREE) {
            return new Found.Nothing();
        }
        Optional<SlotReader> call = state == IN_USE ? part(CALL_AT, CALL_ROOM) : Optional.empty();
        if (call.isEmpty()) {
            return new Found.Torn();
        }
        SlotReader fields = call.get();
        long atMillis = fields.getLong();
        long bound = fields.getLong();
        long flags = fields.getLong();
        List<Long> marks = (flags & MARKED) == 0 ? null : marks(fields, (int) (flags >>> MARKS_AT));
        String requestId = fields.getText();
        String keyId = fields.getText();
        String account = fields.getText();
        String member = (flags & MEMBER) == 0 ? null : fields.getText();
        String keyName = fields.getText();
        String dialect = fields.getText();
        String operation = fields.getText();
        String requestedModel = fields.getText();
        Payer payer = new Payer(keyId, keyName, account, fields.getTextOrNull(), member);
        ClientInfo client = new ClientInfo(null, fields.getTextOrNull(), null);
        CallStart start = new CallStart(
                requestId,
                atMillis,
                payer,
                dialect,
                operation,
                requestedModel,
                fields.getTextOrNull(),
                (flags & STREAM) != 0,
                client);
        boolean sent = (int) STATE.getAcquire(memory, (long) SERVED_AT) != FREE;
        Optional<ServedPart> served = readServed();
        return new Found.Call(
                start,
                Math.max(bound, served.map(ServedPart::boundNanoUsd).orElse(0L)),
                (flags & PRICED) != 0,
                sent,
                served.map(ServedPart::candidate),
                served.isPresent() && served.get().elsewhere(),
                marks);
    }

    /** @param boundNanoUsd 0 if the slot does not say */
    private record ServedPart(Served candidate, boolean elsewhere, long boundNanoUsd) {}

    private static List<Long> marks(SlotReader fields, int count) {
        List<Long> marks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            marks.add(fields.getLong());
        }
        return marks;
    }

    /** Whether the name of the model that was read back may have been cut short. */
    static boolean mayBeCut(Served read) {
        return read.model().getBytes(StandardCharsets.UTF_8).length > MODEL_BYTES - MOST_BYTES_OF_A_CHARACTER;
    }

    private Optional<ServedPart> readServed() {
        if ((int) STATE.getAcquire(memory, (long) SERVED_AT) != IN_USE) {
            return Optional.empty();
        }
        return part(SERVED_AT, SERVED_ROOM).map(fields -> {
            String provider = fields.getText();
            String credentialId = fields.getText();
            String model = fields.getText();
            Served candidate = new Served(provider, model, credentialId, fields.getText());
            boolean elsewhere = fields.hasMore() && fields.getText().equals(ELSEWHERE);
            return new ServedPart(candidate, elsewhere, fields.hasMore() ? fields.getLong() : 0);
        });
    }

    /** The fields of a part in use; empty if they do not fit their checksum. */
    private Optional<SlotReader> part(int part, int room) {
        int length = memory.get(INT, part + 8L);
        if (length < 0 || length > room) {
            return Optional.empty();
        }
        byte[] bytes = memory.asSlice(part + (long) HEADER, length).toArray(ValueLayout.JAVA_BYTE);
        return SlotWriter.checksum(bytes, length) == memory.get(INT, part + 4L)
                ? Optional.of(new SlotReader(bytes))
                : Optional.empty();
    }
}
