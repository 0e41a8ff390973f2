package dev.tollgate.alert;

import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Notice;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Notices in the forms in which they are sent. Each says what to do about it and how it is dismissed, by commands: there is no page for
 * that. The gate's address tells apart the gates that send to one place.
 */
final class Payloads {
    private static final String DIGEST = "notice.digest";
    /** Of a message and of a cure, escaped: Slack's bound of a section's text is 3,000 characters. */
    private static final int MOST_TEXT = 1_200;

    private static final int MOST_SUBJECT = 150;

    private Payloads() {}

    /** The Standard Webhooks specification, "Payload structure": type, timestamp, data. */
    static byte[] webhook(List<KeptNotice> notices, String gateUrl) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        if (notices.size() == 1) {
            Notice only = notices.getFirst().notice();
            body.put("type", only.kind()).put("timestamp", only.at().toString());
            describe(body.putObject("data"), notices.getFirst(), gateUrl);
        } else {
            body.put("type", DIGEST).put("timestamp", newest(notices).toString());
            ArrayNode all = body.putObject("data").putArray("notices");
            for (KeptNotice kept : notices) {
                ObjectNode one = all.addObject();
                one.put("type", kept.notice().kind())
                        .put("timestamp", kept.notice().at().toString());
                describe(one, kept, gateUrl);
            }
        }
        return Json.MAPPER.writeValueAsBytes(body);
    }

    private static void describe(ObjectNode data, KeptNotice kept, String gateUrl) {
        data.put("id", kept.id())
                .put("subject", kept.notice().subject())
                .put("message", kept.notice().message())
                .put("cure", kept.notice().cure())
                .put("gate", gateUrl)
                .put("dismiss", dismissal(kept));
    }

    private static Instant newest(List<KeptNotice> notices) {
        return notices.stream()
                .map(kept -> kept.notice().at())
                .max(Instant::compareTo)
                .orElseThrow();
    }

    private static String whereFrom(String gateUrl) {
        return "From the gate " + gateUrl + "; all notices: tollgate notice list";
    }

    private static String dismissal(KeptNotice kept) {
        return "tollgate notice dismiss " + kept.id();
    }

    /** Slack's incoming webhooks: {@code blocks}, and {@code text} for where blocks are not shown. */
    static byte[] slack(List<KeptNotice> notices, String gateUrl) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("text", escaped(subject(notices), MOST_TEXT));
        ArrayNode blocks = body.putArray("blocks");
        for (KeptNotice kept : notices) {
            Notice notice = kept.notice();
            String text = "*" + escaped(notice.message(), MOST_TEXT) + "*\n"
                    + escaped(notice.cure(), MOST_TEXT) + "\n`" + escaped(notice.kind(), MOST_TEXT) + "` · "
                    + notice.at() + " · `" + dismissal(kept) + "`";
            blocks.addObject()
                    .put("type", "section")
                    .putObject("text")
                    .put("type", "mrkdwn")
                    .put("text", text);
        }
        blocks.addObject()
                .put("type", "context")
                .putArray("elements")
                .addObject()
                .put("type", "plain_text")
                .put("text", whereFrom(gateUrl));
        return Json.MAPPER.writeValueAsBytes(body);
    }

    /** Slack's reference, "Escaping text": these three, so that nothing becomes a link or a mention. Cut, if it is too long. */
    private static String escaped(String text, int most) {
        StringBuilder escaped = new StringBuilder();
        for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
            int character = text.codePointAt(at);
            String written = switch (character) {
                case '&' -> "&amp;";
                case '<' -> "&lt;";
                case '>' -> "&gt;";
                default -> Character.toString(character);
            };
            if (escaped.length() + written.length() >= most) {
                return escaped.append('…').toString();
            }
            escaped.append(written);
        }
        return escaped.toString();
    }

    /** A line for all of them. */
    static String subject(List<KeptNotice> notices) {
        String first = notices.getFirst().notice().message();
        return cut(notices.size() == 1 ? first : notices.size() + " notices: " + first, MOST_SUBJECT);
    }

    /** The text of a mail. */
    static String mail(List<KeptNotice> notices, String gateUrl) {
        StringBuilder text = new StringBuilder();
        for (KeptNotice kept : notices) {
            Notice notice = kept.notice();
            text.append(notice.message())
                    .append("\n\n  ")
                    .append(notice.cure())
                    .append("\n\n  ")
                    .append(notice.kind())
                    .append(", ")
                    .append(notice.at())
                    .append("\n  Once it is done with: ")
                    .append(dismissal(kept))
                    .append("\n\n");
        }
        return text.append(whereFrom(gateUrl)).append('\n').toString();
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
        return text.substring(0, end) + "…";
    }
}
