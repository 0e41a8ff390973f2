package dev.tollgate.kernel.store;

import dev.tollgate.kernel.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the store is. A password in it is never printed. */
public sealed interface DatabaseUrl {
    /** The embedded default: one file (with its {@code -wal} and {@code -shm} beside it). */
    record Sqlite(Path file) implements DatabaseUrl {
        @Override
        public String toString() {
            return "sqlite:" + file;
        }
    }

    /** PostgreSQL 15 or newer, or anything that speaks it. */
    record PostgreSql(
            String jdbcUrl, @Nullable String user, @Nullable String password) implements DatabaseUrl {
        @Override
        public String toString() {
            int query = jdbcUrl.indexOf('?');
            return query < 0 ? jdbcUrl : jdbcUrl.substring(0, query);
        }
    }

    /**
     * Reads {@code postgresql://[user[:password]@]host[:port]/database[?parameters]} (libpq's connection URI,
     * PostgreSQL manual 34.1.1.2) or {@code sqlite:FILE}.
     *
     * @throws Refusal if it is neither
     */
    static DatabaseUrl parse(String text) {
        if (text.startsWith("sqlite:") && text.length() > "sqlite:".length()) {
            return new Sqlite(Path.of(text.substring("sqlite:".length())));
        }
        String cure =
                "Use postgresql://user:password@host:5432/database, or leave --database out for the embedded store.";
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme();
            boolean known = "postgresql".equals(scheme) || "postgres".equals(scheme);
            if (!known
                    || uri.getHost() == null
                    || uri.getPath() == null
                    || uri.getPath().length() < 2) {
                throw Refusal.invalid("The database address is not understood.", cure);
            }
            String userInfo = uri.getRawUserInfo();
            int colon = userInfo == null ? -1 : userInfo.indexOf(':');
            String user = userInfo == null ? null : decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
            String password = userInfo == null || colon < 0 ? null : decode(userInfo.substring(colon + 1));
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return new PostgreSql(
                    "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query, user, password);
        } catch (URISyntaxException e) {
            // The exception's own message repeats the address, password included.
            throw Refusal.invalid("The database address is not a URI.", cure);
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
