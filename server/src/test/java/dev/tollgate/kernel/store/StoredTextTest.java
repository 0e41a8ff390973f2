package dev.tollgate.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class StoredTextTest {
    @Test
    void ordinaryTextIsNotCopied() {
        String text = "claude-cli/2.0.1 (external) é 日本";
        assertSame(text, StoredText.clean(text, 100));
    }

    @Test
    void controlCharactersAndLoneSurrogatesAreReplaced() {
        assertEquals("a?b?c?d?", StoredText.clean("a\u0000b\u001bc\nd\ud83d", 100));
        assertEquals("?x", StoredText.clean("\ude00x", 100));
        assertEquals("a?", StoredText.clean("a\u0085", 100));
    }

    @Test
    void wholeSurrogatePairsStayAndAreNotCutInTwo() {
        assertEquals("😀!", StoredText.clean("😀!", 3));
        assertEquals("a?", StoredText.clean("a😀", 2));
    }

    @Test
    void longTextIsCut() {
        assertEquals("abc", StoredText.clean("abcdef", 3));
    }
}
