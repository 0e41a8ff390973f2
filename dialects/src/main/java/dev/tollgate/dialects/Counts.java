package dev.tollgate.dialects;

import java.util.Arrays;

/** Numbers by {@link AnswerField}, each of which may be absent: an explicit zero is a figure, a missing field is none. */
final class Counts {
    private static final long ABSENT = -1;

    private final long[] values = new long[AnswerField.counts()];

    Counts() {
        clear();
    }

    void clear() {
        Arrays.fill(values, ABSENT);
    }

    void set(AnswerField field, long value) {
        values[field.index()] = value;
    }

    void add(AnswerField field, long value) {
        set(field, orZero(field) + value);
    }

    /** Takes over every figure that the newer counts have. Providers' counts are cumulative, so nothing is added up. */
    void update(Counts newer) {
        for (int i = 0; i < values.length; i++) {
            if (newer.values[i] != ABSENT) {
                values[i] = newer.values[i];
            }
        }
    }

    boolean has(AnswerField field) {
        return values[field.index()] != ABSENT;
    }

    long orZero(AnswerField field) {
        return Math.max(0, values[field.index()]);
    }
}
