package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mails, and a server that takes or refuses them. */
@Timeout(60)
class SmtpMailTest {
    private static final String PASSWORD = "CANARY-password";

    @SuppressWarnings("NullAway.Init")
    private SmtpServer server;

    @BeforeEach
    void open() throws IOException {
        server = new SmtpServer(InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private SmtpMail mail(String user, @Nullable String password) {
        return SmtpMail.configured("smtp://" + user + "127.0.0.1:" + server.port(), "gate@example.org", password);
    }

    private static void send(SmtpMail mail) throws IOException {
        mail.send(List.of("a@example.org", "b@example.org"), "msg_1", "Zu Straße", "One.\n.\nTwo – done.\n");
    }

    @Test
    void aMailIsWholeAndItsIdIsTheMessages() throws Exception {
        send(mail("", null));
        String taken = server.mails.getFirst();
        assertTrue(taken.contains("From: gate@example.org\n"), taken);
        assertTrue(taken.contains("To: a@example.org, b@example.org\n"), taken);
        assertTrue(taken.contains("Message-ID: <msg_1@example.org>\n"), taken);
        assertTrue(Pattern.compile("(?m)^Date: \\w{3}, \\d+ \\w{3} 20\\d\\d \\d\\d:\\d\\d:\\d\\d \\+0000$")
                .matcher(taken)
                .find());
        assertTrue(taken.contains("Auto-Submitted: auto-generated\n"), taken);
        assertTrue(taken.contains("Subject: =?UTF-8?"), taken);
        assertTrue(server.said.contains("RCPT TO:<a@example.org>") && server.said.contains("RCPT TO:<b@example.org>"));
        send(mail("", null));
        assertEquals(
                2,
                server.mails.stream()
                        .filter(one -> one.contains("<msg_1@example.org>"))
                        .count());
    }

    @Test
    void aMessageGoesOutAsMailWithItsCure() throws Exception {
        Notice notice = new Notice(Instant.EPOCH, "budget.threshold", "bud_1", "At least 90 %.", "Raise the limit.");
        Message message = new Message("msg_2", "dst_1", false, 1, List.of(new KeptNotice("ntc_1", notice)));
        Courier courier =
                new Courier(NO_WEB, Optional.of(mail("", null)), () -> "https://gate", InstantSource.system());
        Target target = Target.mail(List.of("a@example.org"));
        assertEquals(new Outcome.Delivered(), courier.deliver(Destination.Kind.MAIL, target, message));
        String taken = server.mails.getFirst();
        assertTrue(taken.contains("Subject: [Tollgate] At least 90 %.\n"), taken);
        assertTrue(taken.contains("Raise the limit.") && taken.contains("tollgate notice dismiss ntc_1"), taken);
        Courier without = new Courier(NO_WEB, Optional.empty(), () -> "https://gate", InstantSource.system());
        assertTrue(without.deliver(Destination.Kind.MAIL, target, message) instanceof Outcome.Failed);
    }

    private static final Web NO_WEB = new Web() {
        @Override
        public URI accept(String typed, boolean near) {
            throw new AssertionError();
        }

        @Override
        public Reply post(URI url, boolean near, Map<String, String> headers, byte[] body) {
            throw new AssertionError();
        }
    };

    @Test
    void theUserSignsIn() throws Exception {
        send(mail("me%40example.org@", PASSWORD));
        assertEquals(1, server.mails.size());
        String plain =
                Base64.getEncoder().encodeToString(("\0me@example.org\0" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        assertTrue(
                server.said.stream().anyMatch(line -> line.contains(plain))
                        || server.said.stream().anyMatch(line -> line.equals("AUTH LOGIN")),
                server.said.toString());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            AUTH, 535 CANARY-password is wrong, the mail server refused the user and password
            MAIL, 550 CANARY-password no, the mail server refused the sender with 550
            RCPT TO:<b@, 550 CANARY-password no, the mail server refused an address with 550
            DATA, 451 CANARY-password later, the mail server answered 451
            """)
    void whatTheServerRefusesIsToldInOurWords(String command, String refusal, String told) {
        server.refused = command;
        server.refusal = refusal;
        IOException failure = assertThrows(IOException.class, () -> send(mail("me@", PASSWORD)));
        assertEquals(told, failure.getMessage());
        assertEquals(null, failure.getCause());
        assertEquals(List.of(), server.mails);
    }

    @Test
    void nobodyThereIsToldInOurWords() throws Exception {
        SmtpMail mail = mail("", null);
        server.close();
        assertEquals(
                "there was no connection to the mail server",
                assertThrows(IOException.class, () -> send(mail)).getMessage());
    }

    @Test
    void elsewhereNothingIsSentWithoutTls() throws Exception {
        InetAddress here = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(InetAddress.getLoopbackAddress());
        assumeFalse(here.isLoopbackAddress(), "this machine has no other address");
        try (SmtpServer far = new SmtpServer(here)) {
            SmtpMail mail = SmtpMail.configured(
                    "smtp://me@" + here.getHostAddress() + ":" + far.port(), "gate@example.org", PASSWORD);
            IOException failure = assertThrows(IOException.class, () -> send(mail));
            assertEquals("the mail server does not offer STARTTLS", failure.getMessage());
            assertTrue(far.said.stream().noneMatch(line -> line.startsWith("AUTH")), far.said.toString());
        }
    }

    @Test
    void aServerWithoutTlsIsNotSpokenToBySmtps() {
        SmtpMail mail = SmtpMail.configured("smtps://127.0.0.1:" + server.port(), "gate@example.org", null);
        assertThrows(IOException.class, () -> send(mail));
        assertEquals(List.of(), server.mails);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://mail.example.org",
                "smtp:mail.example.org",
                "smtp://",
                "smtp://mail.example.org/path",
                "smtp://mail.example.org?x=y",
                "smtp://mail.example.org:0",
                "smtp://mail.example.org:70000",
                "smtp://me:CANARY@mail.example.org",
                "smtp://mail example.org"
            })
    void whatIsNoMailServerIsRefusedWithoutRepeatingIt(String url) {
        Refusal refusal = assertThrows(Refusal.class, () -> SmtpMail.configured(url, "gate@example.org", null));
        assertFalse(refusal.text().contains("CANARY") || refusal.cure().contains("CANARY"));
    }

    @Test
    void aUserAndAPasswordBelongTogetherAndASenderIsNeeded() {
        String url = "smtp://mail.example.org";
        assertThrows(Refusal.class, () -> SmtpMail.configured(url, "gate@example.org", PASSWORD));
        assertThrows(Refusal.class, () -> SmtpMail.configured("smtp://me@mail.example.org", "gate@example.org", null));
        assertThrows(Refusal.class, () -> SmtpMail.configured(url, null, null));
        assertThrows(Refusal.class, () -> SmtpMail.configured(url, "gate", null));
        assertFalse(SmtpMail.configured("smtp://me@mail.example.org", "gate@example.org", PASSWORD)
                .toString()
                .contains("CANARY"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "@example.org",
                "a@",
                "a@b@c.org",
                "a b@example.org",
                "A <a@example.org>",
                "a@example.org,b@example.org",
                "a@example.org\r\nBcc: c@example.org",
                "a@example.org\u0000",
                "\"a\"@example.org"
            })
    void whatIsNoBareAddressIsRefused(String address) {
        assertFalse(DestinationRules.isMail(address));
    }
}
