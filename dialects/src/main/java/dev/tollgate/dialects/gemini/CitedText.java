package dev.tollgate.dialects.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.conversation.Citation;

/** A text in UTF-8, in which Gemini counts bytes and everybody else characters (code points). */
record CitedText(String text) {
    /** The citation with its place in characters, where the bytes are a place in this text. */
    Citation placed(CitationReader.Found found) {
        byte[] bytes = text.getBytes(UTF_8);
        boolean within = 0 <= found.from() && found.from() <= found.to() && found.to() <= bytes.length;
        Citation of = found.citation();
        return new Citation(
                of.at(),
                of.url(),
                of.title(),
                of.citedText(),
                within ? characters(bytes, found.from()) : -1,
                within ? characters(bytes, found.to()) : -1,
                of.home(),
                of.raw());
    }

    /** The place in bytes of a place in characters, which must not be beyond the text. */
    int bytes(int characters) {
        return text.substring(0, text.offsetByCodePoints(0, characters)).getBytes(UTF_8).length;
    }

    boolean reaches(int characters) {
        return characters >= 0 && characters <= text.codePointCount(0, text.length());
    }

    private static int characters(byte[] bytes, int to) {
        int characters = 0;
        for (int i = 0; i < to; i++) {
            characters += (bytes[i] & 0xC0) == 0x80 ? 0 : 1;
        }
        return characters;
    }
}
