package dev.tollgate.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Writes messages of an AWS event stream by the specification, with no help of AWS's library. */
public final class Frames {
    private static final byte STRING = 7;

    private Frames() {}

    public static byte[] chunk(String event) {
        String bytes = Base64.getEncoder().encodeToString(event.getBytes(UTF_8));
        return message(
                headers("event", ":event-type", "chunk", ":content-type", "application/json"),
                "{\"bytes\":\"" + bytes + "\",\"p\":\"abcdefgh\"}");
    }

    /** Of ConverseStream, whose payloads are the events themselves. */
    public static byte[] event(String type, String payload) {
        return message(headers("event", ":event-type", type, ":content-type", "application/json"), payload);
    }

    public static byte[] exception(String type, String body) {
        return message(headers("exception", ":exception-type", type, ":content-type", "application/json"), body);
    }

    static Map<String, String> headers(String messageType, String... more) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":message-type", messageType);
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return headers;
    }

    static byte[] message(Map<String, String> headers, String payload) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        headers.forEach((name, value) -> {
            byte[] text = value.getBytes(UTF_8);
            head.write(name.length());
            head.writeBytes(name.getBytes(UTF_8));
            head.write(STRING);
            head.write(text.length >> 8);
            head.write(text.length);
            head.writeBytes(text);
        });
        byte[] body = payload.getBytes(UTF_8);
        int total = 12 + head.size() + body.length + 4;
        ByteBuffer message = ByteBuffer.allocate(total).putInt(total).putInt(head.size());
        message.putInt(crc(message.array(), 8)).put(head.toByteArray()).put(body);
        return message.putInt(crc(message.array(), total - 4)).array();
    }

    static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    public static byte[] joined(byte[]... messages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            all.writeBytes(message);
        }
        return all.toByteArray();
    }
}
