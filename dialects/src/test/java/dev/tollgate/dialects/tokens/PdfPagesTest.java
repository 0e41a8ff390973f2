package dev.tollgate.dialects.tokens;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class PdfPagesTest {
    static byte[] pdf(int pages) {
        StringBuilder file = new StringBuilder("%PDF-1.4\n1 0 obj <</Type /Pages /Count " + pages + ">> endobj\n");
        for (int i = 0; i < pages; i++) {
            file.append(i + 2).append(" 0 obj\n<< /Parent 1 0 R /Type/Page\n/MediaBox [0 0 595 842] >>\nendobj\n");
        }
        return file.append("%%EOF").toString().getBytes(ISO_8859_1);
    }

    private static byte[] packed(String objects) throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(
                "%PDF-1.7\n7 0 obj\n<</Type/ObjStm/N 3/First 20/Filter/FlateDecode>>\nstream\n".getBytes(ISO_8859_1));
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(file)) {
            deflated.write(objects.getBytes(ISO_8859_1));
        }
        file.writeBytes("\nendstream\nendobj\n%%EOF".getBytes(ISO_8859_1));
        return file.toByteArray();
    }

    @Test
    void pageObjectsAreCounted() {
        assertEquals(1, PdfPages.of(pdf(1)));
        assertEquals(37, PdfPages.of(pdf(37)));
    }

    @Test
    void compressedObjectsAreUnpacked() throws Exception {
        assertEquals(2, PdfPages.of(packed("1 0 2 9 3 18 <</Type/Pages/Count 2>> <</Type/Page>> <</Type /Page/X 1>>")));
    }

    /** Each costs as much as a whole one, so there is an end to trying. */
    @Test
    void someDamagedStreamsArePassedOverAndManyAreTheFilesFault() throws Exception {
        byte[] good = packed("1 0 2 9 3 18 <</Type/Pages/Count 2>> <</Type/Page>> <</Type /Page/X 1>>");
        assertEquals(2, PdfPages.of(damagedBefore(7, good)));
        assertEquals(1, PdfPages.of(damagedBefore(8, good)), "by its size");
    }

    private static byte[] damagedBefore(int streams, byte[] rest) throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (int i = 0; i < streams; i++) {
            byte[] damaged = packed("0 ".repeat(2_000));
            int start = new String(damaged, ISO_8859_1).indexOf("stream\n") + "stream\n".length();
            damaged[start + 4] ^= 0x7f; // within the deflated data: the header stays right
            damaged[start + 5] ^= 0x7f;
            file.writeBytes(damaged);
        }
        file.writeBytes(rest);
        return file.toByteArray();
    }

    @Test
    void aLinearizedFileSaysItself() {
        assertEquals(
                12,
                PdfPages.of("%PDF-1.4\n1 0 obj\n<</Linearized 1/L 90000/H [1 2]/O 5/E 9/N 12/T 8>>\nendobj"
                        .getBytes(ISO_8859_1)));
    }

    @Test
    void whatTellsNothingHasPagesByItsSize() {
        assertEquals(1, PdfPages.of(new byte[0]));
        assertEquals(3, PdfPages.of(new byte[2 * PdfPages.BYTES_PER_PAGE + 1]));
    }

    @Test
    void aFileThatClaimsTheImpossibleIsBounded() {
        assertEquals(100_000, PdfPages.of("%PDF-1.4 <</Linearized 1 /N 999999999>>".getBytes(ISO_8859_1)));
    }

    @Test
    void hostileFilesCostNoMoreThanTheirSize() throws Exception {
        byte[] bomb = packed("0 ".repeat(16 << 20));
        String heads = "<</Type/ObjStm>>stream\n";
        byte[] hollow = heads.repeat((4 << 20) / heads.length()).getBytes(ISO_8859_1);
        byte[] types = "/Type   ".repeat(1 << 19).getBytes(ISO_8859_1);
        assertTimeout(Duration.ofSeconds(20), () -> {
            assertEquals(Math.ceilDiv(bomb.length, PdfPages.BYTES_PER_PAGE), PdfPages.of(bomb));
            PdfPages.of(hollow);
            PdfPages.of(types);
        });
    }
}
