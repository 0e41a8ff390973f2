package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Notice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The forms in which notices are sent. */
class PayloadsTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private static KeptNotice notice(String message) {
        return new KeptNotice("ntc_1", new Notice(NOON, "budget.threshold", "bud_1", message, "Raise <it> & go on"));
    }

    @Test
    void slackMentionsAndLinksAreEscaped() {
        JsonNode body = Json.MAPPER.readTree(
                Payloads.slack(List.of(notice("<!channel> & <https://evil.example|click>")), "https://gate"));
        String text = body.get("text").stringValue();
        assertEquals("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;", text);
        String block = body.get("blocks").get(0).get("text").get("text").stringValue();
        assertFalse(block.contains("<") || block.contains(">"), block);
        assertTrue(block.contains("Raise &lt;it&gt; &amp; go on"), block);
    }

    @Test
    void slacksBoundsHoldForTheLongestDigest() {
        List<KeptNotice> many = IntStream.range(0, Outbox.MOST_NOTICES)
                .mapToObj(i -> new KeptNotice(
                        "ntc_" + i,
                        new Notice(NOON, "k".repeat(64), "s".repeat(256), "<".repeat(1_000), "&".repeat(1_000))))
                .toList();
        JsonNode body = Json.MAPPER.readTree(Payloads.slack(many, "https://gate.example.org"));
        assertTrue(body.get("blocks").size() <= 50);
        body.get("blocks").forEach(block -> {
            String text = block.path("text").path("text").stringValue("");
            assertTrue(text.length() <= 3_000, String.valueOf(text.length()));
        });
    }

    @Test
    void aMailSaysWhatToDo() {
        String text = Payloads.mail(List.of(notice("At least 70 %."), notice("At least 90 %.")), "https://gate");
        assertTrue(text.contains("At least 70 %.") && text.contains("At least 90 %."), text);
        assertTrue(text.contains("Raise <it> & go on"), text);
        assertTrue(text.contains("tollgate notice dismiss ntc_1"), text);
        assertEquals("2 notices: At least 70 %.", Payloads.subject(List.of(notice("At least 70 %."), notice("x"))));
    }

    /** An address of the API is no page: whoever follows it sees an error. */
    @Test
    void noFormLeadsToTheApiAndEachNamesTheGateAndTheCommands() {
        List<KeptNotice> one = List.of(notice("At least 70 %."));
        List<KeptNotice> two = List.of(notice("At least 70 %."), notice("At least 90 %."));
        for (List<KeptNotice> notices : List.of(one, two)) {
            for (String sent : List.of(
                    new String(Payloads.webhook(notices, "https://gate"), StandardCharsets.UTF_8),
                    new String(Payloads.slack(notices, "https://gate"), StandardCharsets.UTF_8),
                    Payloads.mail(notices, "https://gate"))) {
                assertFalse(sent.contains("/admin/"), sent);
                assertTrue(sent.contains("https://gate"), sent);
                assertTrue(sent.contains("tollgate notice dismiss ntc_1"), sent);
            }
        }
    }

    @Test
    void aSubjectIsCutBetweenCharacters() {
        String subject = Payloads.subject(List.of(notice("a" + "😀".repeat(200))));
        assertTrue(subject.length() <= 150, subject);
        assertEquals(subject, new String(subject.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }
}
