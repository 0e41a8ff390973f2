package dev.tollgate.web;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.web.page.Paths;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that pages need: a fixed list, held in memory. A file's address holds the digest of its content, so a browser
 * may keep it for ever and never shows an old one.
 */
public final class Assets {
    /** The stylesheet. */
    public static final String STYLESHEET = "tollgate.css";
    /** The passkeys' script. */
    public static final String PASSKEYS = "passkeys.js";
    /** The icon in a browser's tab. */
    public static final String ICON = "icon.svg";

    private static final Map<String, String> TYPES = Map.of(
            STYLESHEET, "text/css; charset=utf-8",
            PASSKEYS, "text/javascript; charset=utf-8",
            ICON, "image/svg+xml");
    private static final int DIGEST_DIGITS = 16;

    private Assets() {}

    private record Asset(String file, String type, byte[] body, String etag) {}

    /** Read at the first page, not at the start of the server. */
    private static final class Loaded {
        static final Map<String, Asset> BY_NAME = new HashMap<>();
        static final Map<String, Asset> BY_FILE = new HashMap<>();

        static {
            TYPES.forEach((name, type) -> {
                Asset asset = load(name, type);
                BY_NAME.put(name, asset);
                BY_FILE.put(asset.file(), asset);
            });
        }

        private static Asset load(String name, String type) {
            try (InputStream file = Assets.class.getResourceAsStream(name)) {
                if (file == null) {
                    throw new IllegalStateException("Not in the jar: " + name);
                }
                byte[] body = file.readAllBytes();
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
                String hex = HexFormat.of().formatHex(digest).substring(0, DIGEST_DIGITS);
                int dot = name.lastIndexOf('.');
                return new Asset(
                        name.substring(0, dot) + "." + hex + name.substring(dot), type, body, '"' + hex + '"');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Where a file of the list is. */
    public static String href(String name) {
        return Paths.ASSETS + named(name).file();
    }

    private static Asset named(String name) {
        Asset asset = Loaded.BY_NAME.get(name);
        if (asset == null) {
            throw new IllegalArgumentException("Not an asset: " + name);
        }
        return asset;
    }

    /** Declares the routes; files are read when the first is asked for. */
    public static void routes(WebRoutes routes) {
        routes.add(HttpMethod.GET, Paths.ASSETS + "{file}", Authentication.NONE, Egress.NONE, Assets::serve);
        routes.add(HttpMethod.GET, "/favicon.ico", Authentication.NONE, Egress.NONE, Assets::icon);
    }

    private static WebReply serve(WebRequest request) {
        Asset asset = Loaded.BY_FILE.get(request.pathParameter("file"));
        return asset == null
                ? WebReply.text(404, "There is no such file.\n")
                : reply(request, asset, "public, max-age=31536000, immutable");
    }

    /** For browsers that ask at this address whatever a page says; it has no digest, so it may not be kept for long. */
    private static WebReply icon(WebRequest request) {
        return reply(request, named(ICON), "public, max-age=86400");
    }

    private static WebReply reply(WebRequest request, Asset asset, String caching) {
        boolean known = matches(request.header("if-none-match"), asset.etag());
        WebReply reply = new WebReply(known ? 304 : 200, asset.type(), known ? new byte[0] : asset.body(), List.of());
        return reply.with("cache-control", caching)
                .with("etag", asset.etag())
                .with("cross-origin-resource-policy", "same-origin")
                .with("content-security-policy", "default-src 'none'");
    }

    /** RFC 9110 section 13.1.2, by the weak comparison. */
    private static boolean matches(@Nullable String header, String etag) {
        if (header == null) {
            return false;
        }
        for (String one : header.split(",", -1)) {
            String tag = one.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }
}
