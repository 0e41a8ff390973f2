package dev.tollgate.dialects.codec;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names of the files that OpenAI is sent: it tells their format by the ending, and refuses a file without one. */
public final class FileNames {
    private FileNames() {}

    /**
     * The name with an ending that tells its media type.
     *
     * @param name null is "document"
     */
    public static String of(@Nullable String name, String mediaType) {
        String said = name == null || name.isBlank() ? "document" : name;
        String ending = ending(mediaType);
        boolean told = mediaType.equals("application/pdf")
                ? said.toLowerCase(Locale.ROOT).endsWith(ending)
                : said.lastIndexOf('.') > 0 && said.lastIndexOf('.') >= said.length() - 6;
        return told ? said : said + ending;
    }

    private static String ending(String mediaType) {
        return switch (mediaType) {
            case "application/pdf" -> ".pdf";
            case "application/json" -> ".json";
            case "application/xml", "text/xml" -> ".xml";
            case "application/rtf", "text/rtf" -> ".rtf";
            case "application/msword" -> ".doc";
            case "application/vnd.openxmlformats-officedocument.wordprocessingml.document" -> ".docx";
            case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" -> ".xlsx";
            case "application/vnd.openxmlformats-officedocument.presentationml.presentation" -> ".pptx";
            case "text/csv" -> ".csv";
            case "text/html" -> ".html";
            case "text/markdown" -> ".md";
            default -> mediaType.startsWith("text/") ? ".txt" : "";
        };
    }
}
