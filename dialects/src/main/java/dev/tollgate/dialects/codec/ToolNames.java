package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Tool;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The names of a request's tools at the provider, and back. A name that the provider takes is kept. Any other is made to fit, with a
 * checksum, so that two long names do not become one and the same tool has the same name in every turn.
 *
 * <p>Anthropic: {@code [a-zA-Z0-9_-]{1,128}}; OpenAI: up to 64 of the same; Gemini: a letter or underscore first, up to 64.
 */
public final class ToolNames {
    private static final int CHECKSUM = 9;

    /**
     * A tool as the client knows it.
     *
     * @param free whether its input is free text
     */
    public record Named(@Nullable String namespace, String name, boolean free) {}

    private final Protocol provider;
    private final Map<String, Named> byProviderName = new HashMap<>();

    public ToolNames(Protocol provider, Request request) {
        this.provider = provider;
        for (Tool tool : request.tools().list()) {
            switch (tool) {
                case Tool.Function of -> add(new Named(of.namespace(), of.name(), false));
                case Tool.Custom of -> add(new Named(of.namespace(), of.name(), true));
                case Tool.BuiltIn _ -> {}
            }
        }
    }

    /** What the provider is told. Also for tools that only the history knows. */
    public String atProvider(@Nullable String namespace, String name) {
        String whole = namespace == null ? name : namespace + "__" + name;
        int longest = provider == Protocol.MESSAGES ? 128 : 64;
        StringBuilder fit = new StringBuilder(whole.length());
        for (int i = 0; i < whole.length(); i++) {
            char c = whole.charAt(i);
            boolean taken = c == '_' || c == '-' || (c < 0x80 && Character.isLetterOrDigit(c));
            fit.append(taken ? c : '_');
        }
        if (provider == Protocol.GENERATE_CONTENT && (fit.isEmpty() || !startsWell(fit.charAt(0)))) {
            fit.insert(0, '_');
        }
        if (fit.length() <= longest && fit.toString().equals(whole)) {
            return whole;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(whole.getBytes(UTF_8));
        fit.setLength(Math.min(fit.length(), longest - CHECKSUM));
        return fit + "_" + String.format("%08x", checksum.getValue());
    }

    /** What the client calls the tool that the provider calls so. A name that nobody gave goes on as it is. */
    public Named atClient(String providerName) {
        return byProviderName.getOrDefault(providerName, new Named(null, providerName, false));
    }

    private void add(Named named) {
        byProviderName.put(atProvider(named.namespace(), named.name()), named);
    }

    private static boolean startsWell(char c) {
        return c == '_' || Character.isLetter(c);
    }
}
