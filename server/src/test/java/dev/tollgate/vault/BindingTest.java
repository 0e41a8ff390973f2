package dev.tollgate.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BindingTest {
    @Test
    void everyFieldHasItsLengthInFrontAndTheVersionEightBytes() {
        byte[] bytes = new Binding("o", "i", "p", "k", 258).associatedData();

        assertEquals(
                "0000001c"
                        + HexFormat.of()
                                .formatHex("tollgate/vault/credential/v1"
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        + "000000016f" + "0000000169" + "0000000170" + "000000016b" + "0000000000000102",
                HexFormat.of().formatHex(bytes));
    }

    @Test
    void movingACharacterFromOneFieldToTheNextChangesTheBytes() {
        List<Binding> lookAlikes = List.of(
                new Binding("ab", "c", "d", "e", 1),
                new Binding("a", "bc", "d", "e", 1),
                new Binding("a", "b", "cd", "e", 1),
                new Binding("a", "b", "c", "de", 1),
                new Binding("", "abc", "d", "e", 1),
                new Binding("a", "b", "c", "d\0e", 1),
                new Binding("a", "b", "c", "de", 2),
                new Binding("ä", "b", "c", "de", 1));

        Set<String> encoded = new HashSet<>();
        for (Binding binding : lookAlikes) {
            encoded.add(HexFormat.of().formatHex(binding.associatedData()));
        }

        assertEquals(lookAlikes.size(), encoded.size());
    }
}
