package dev.tollgate.dialects.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
    @ParameterizedTest
    @CsvSource({
        ",application/pdf,document.pdf",
        "Invoice 2026-07,application/pdf,Invoice 2026-07.pdf",
        "v1.2,application/pdf,v1.2.pdf",
        "Terms.PDF,application/pdf,Terms.PDF",
        ",text/csv,document.csv",
        "rows.tsv,text/tab-separated-values,rows.tsv",
        "notes,text/x-unknown,notes.txt",
        "sheet,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,sheet.xlsx",
        "blob,application/octet-stream,blob"
    })
    void theEndingTellsTheMediaType(String name, String mediaType, String expected) {
        assertEquals(expected, FileNames.of(name, mediaType));
    }
}
