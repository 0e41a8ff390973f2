package dev.tollgate.upstream;

import dev.tollgate.dialects.json.JsonTokens;
import dev.tollgate.dialects.json.JsonTokens.Token;

/** Reads one text of a JSON object, and no further. */
final class TopLevel {
    private TopLevel() {}

    /** The text of the first member with that name, in any case; empty where there is none, up to where it is JSON. */
    static String text(byte[] json, String name) {
        JsonTokens tokens = new JsonTokens(json, 0, json.length);
        boolean wanted = false;
        Token token = tokens.next();
        while (token != Token.END && token != Token.BROKEN) {
            if (wanted && token == Token.TEXT) {
                return tokens.string();
            }
            wanted = token == Token.NAME && tokens.depth() == 1 && name.equalsIgnoreCase(tokens.string());
            token = tokens.next();
        }
        return "";
    }
}
