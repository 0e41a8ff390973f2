package dev.tollgate.dialects.responses;

/** A part of a streamed answer that has begun and not ended. */
sealed interface OpenPart permits OpenText, OpenCall, OpenReasoning {
    /** Bytes that it keeps. */
    int size();
}
