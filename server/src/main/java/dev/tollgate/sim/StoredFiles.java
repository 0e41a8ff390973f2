package dev.tollgate.sim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's and OpenAI's files: what is uploaded is described, given back and deleted. */
final class StoredFiles {
    private static final Pattern NAME = Pattern.compile("filename=\"([^\"]*)\"");
    private static final Pattern TYPE = Pattern.compile("(?im)^content-type:\\s*(\\S+)");
    private static final Pattern PURPOSE =
            Pattern.compile("name=\"purpose\"[^\\r\\n]*(?:\\r\\n[^\\r\\n]+)*\\r\\n\\r\\n(\\w+)");

    private final Shelf<StoredFile> shelf = new Shelf<>();
    private final InstantSource clock;

    StoredFiles(InstantSource clock) {
        this.clock = clock;
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record StoredFile(String id, String name, String type, String purpose, Instant createdAt, byte[] content) {
        ObjectNode json(Vendor vendor) {
            ObjectNode file = Json.object().put("id", id);
            return vendor == Vendor.ANTHROPIC
                    ? file.put("type", "file")
                            .put("filename", name)
                            .put("mime_type", type)
                            .put("size_bytes", content.length)
                            .put("created_at", createdAt.toString())
                            .put("downloadable", true)
                    : file.put("object", "file")
                            .put("bytes", content.length)
                            .put("created_at", createdAt.getEpochSecond())
                            .put("filename", name)
                            .put("purpose", purpose)
                            .put("status", "processed");
        }
    }

    /** The part that has a file's name, of a body of multipart/form-data (RFC 7578), whose first line is its boundary. */
    Reply upload(Vendor vendor, byte[] body, long caller) {
        String text = new String(body, ISO_8859_1);
        int line = text.indexOf("\r\n");
        String boundary = line < 0 ? "" : text.substring(0, line);
        for (String part : boundary.startsWith("--") ? text.split(Pattern.quote(boundary), -1) : new String[0]) {
            int head = part.indexOf("\r\n\r\n");
            Matcher name = NAME.matcher(head < 0 ? "" : part.substring(0, head));
            if (name.find() && part.length() >= head + 6) {
                Matcher type = TYPE.matcher(part.substring(0, head));
                Matcher purpose = PURPOSE.matcher(text);
                byte[] content = part.substring(head + 4, part.length() - 2).getBytes(ISO_8859_1);
                Instant now = clock.instant();
                StoredFile file = new StoredFile(
                        Ids.of(vendor == Vendor.ANTHROPIC ? "file_" : "file-", 24, Measure.mix(System.nanoTime())),
                        new String(name.group(1).getBytes(ISO_8859_1), UTF_8),
                        type.find() ? type.group(1) : "application/octet-stream",
                        purpose.find() ? purpose.group(1) : "user_data",
                        now,
                        content);
                shelf.put(file.id(), caller, content.length, file);
                return whole(vendor, file.json(vendor));
            }
        }
        return refused(vendor, 400, "file: Field required");
    }

    Reply retrieve(Vendor vendor, String id, long caller) {
        return find(vendor, id, caller, file -> whole(vendor, file.json(vendor)));
    }

    Reply content(Vendor vendor, String id, long caller) {
        return find(vendor, id, caller, file -> new Reply.Raw(vendor, file.type(), file.content()));
    }

    Reply delete(Vendor vendor, String id, long caller) {
        return find(vendor, id, caller, file -> {
            shelf.remove(id);
            ObjectNode deleted = Json.object().put("id", id);
            return whole(
                    vendor,
                    vendor == Vendor.ANTHROPIC
                            ? deleted.put("type", "file_deleted")
                            : deleted.put("object", "file").put("deleted", true));
        });
    }

    private Reply find(Vendor vendor, String id, long caller, Function<StoredFile, Reply> then) {
        Optional<StoredFile> found = shelf.get(id, caller);
        return found.map(then).orElseGet(() -> refused(vendor, 404, "File " + id + " not found."));
    }

    private static Reply whole(Vendor vendor, ObjectNode json) {
        return new Reply.Whole(vendor, json, new Reply.Pace(0, 0, 0), Fault.NONE);
    }

    private static Reply refused(Vendor vendor, int status, String message) {
        return new Reply.Refused(VendorError.of(vendor, status).withMessage(message), false);
    }
}
