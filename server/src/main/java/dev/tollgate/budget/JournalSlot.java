package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Payer;
import dev.tollgate.ledger.Served;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

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
         * @param sent false if no candidate had been chosen, so that nothing can have been sent
         * @param served the last candidate that it was sent to; empty if that was just being written
         */
        record Call(CallStart start, long boundNanoUsd, boolean priced, boolean sent, Optional<Served> served)
                implements Found {}

        /** The slot was in use, and what it says cannot be trusted. */
        record Torn() implements Found {}
    }

    void occupy(CallStart start, long boundNanoUsd, boolean priced) {
        Payer payer = start.payer();
        SlotWriter fields = new SlotWriter(CALL_ROOM);
        fields.putLong(start.atMillis());
        fields.putLong(boundNanoUsd);
        fields.putLong((priced ? 1 : 0) | (start.stream() ? 2 : 0));
        // The most important first: what does not fit is cut short.
        fields.putText(start.requestId(), 64);
        fields.putText(payer.keyId(), 64);
        fields.putText(payer.account(), 96);
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

    void served(Served candidate) {
        STATE.setRelease(memory, (long) SERVED_AT, FREE);
        VarHandle.storeStoreFence(); // the old part must be gone before a byte of the new one is there
        SlotWriter fields = new SlotWriter(SERVED_ROOM);
        fields.putText(candidate.provider(), 64);
        fields.putText(candidate.credentialId(), 64);
        fields.putText(candidate.model(), 112);
        fields.putText(candidate.credentialName(), 56);
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
        String requestId = fields.getText();
        String keyId = fields.getText();
        String account = fields.getText();
        String keyName = fields.getText();
        String dialect = fields.getText();
        String operation = fields.getText();
        String requestedModel = fields.getText();
        Payer payer = new Payer(keyId, keyName, account, fields.getTextOrNull());
        ClientInfo client = new ClientInfo(null, fields.getTextOrNull(), null);
        CallStart start = new CallStart(
                requestId,
                atMillis,
                payer,
                dialect,
                operation,
                requestedModel,
                fields.getTextOrNull(),
                (flags & 2) != 0,
                client);
        boolean sent = (int) STATE.getAcquire(memory, (long) SERVED_AT) != FREE;
        return new Found.Call(start, bound, (flags & 1) != 0, sent, readServed());
    }

    private Optional<Served> readServed() {
        if ((int) STATE.getAcquire(memory, (long) SERVED_AT) != IN_USE) {
            return Optional.empty();
        }
        return part(SERVED_AT, SERVED_ROOM).map(fields -> {
            String provider = fields.getText();
            String credentialId = fields.getText();
            String model = fields.getText();
            return new Served(provider, model, credentialId, fields.getText());
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
