package dev.tollgate.dialects.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;

/** OpenAI's tokenizer since GPT-4o. Its tables (34 MB, most of a second) are read when the first text is counted. */
final class O200k {
    private static final Encoding ENCODING = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

    private O200k() {}

    /** A word that is special to the model ({@code <|endoftext|>}) is text like any other: that is how providers take it. */
    static int count(String text) {
        return ENCODING.countTokensOrdinary(text);
    }
}
