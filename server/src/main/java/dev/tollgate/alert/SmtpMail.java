package dev.tollgate.alert;

import dev.tollgate.kernel.Refusal;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.util.MailConnectException;
import org.jspecify.annotations.Nullable;

/**
 * A mail server (RFC 5321) that takes messages for others. With {@code smtps} under TLS from the first byte (RFC 8314), else
 * by STARTTLS (RFC 3207), without which nothing is sent; only on this machine in the clear.
 */
public final class SmtpMail {
    private static final String TIMEOUT_MILLIS = "15000";
    private static final String EXAMPLE = "Write it like smtps://user@mail.example.org or smtp://mail.example.org:587.";

    /** RFC 5322 section 3.3. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH);

    private final String host;
    private final int port;
    private final @Nullable String user;
    private final @Nullable String password;
    private final String from;
    private final Properties properties;

    private SmtpMail(
            String host, int port, boolean tls, @Nullable String user, @Nullable String password, String from) {
        this.host = host;
        this.port = port;
        this.user = user;
        this.password = password;
        this.from = from;
        this.properties = properties(tls, isLoopback(host), user != null);
    }

    /**
     * Reads the options of {@code serve}; connects to nothing.
     *
     * @param url {@code smtp[s]://[user@]host[:port]}
     * @param from the sender's address
     * @param password null where the server wants none
     * @throws Refusal if any of it is not good
     */
    public static SmtpMail configured(String url, @Nullable String from, @Nullable String password) {
        URI uri = parse(url);
        boolean tls = "smtps".equals(uri.getScheme());
        String info = uri.getRawUserInfo();
        if (info != null && info.contains(":")) {
            throw Refusal.invalid(
                    "--smtp holds a password.", "Leave it out, and give it in TOLLGATE_SMTP_PASSWORD or a file.");
        }
        String user = info == null ? null : URLDecoder.decode(info.replace("+", "%2B"), StandardCharsets.UTF_8);
        if ((user == null) != (password == null)) {
            throw Refusal.invalid(
                    "A user of the mail server and a password belong together.",
                    "Name the user in --smtp, and give the password in TOLLGATE_SMTP_PASSWORD or --smtp-password-file.");
        }
        if (from == null || !DestinationRules.isMail(from)) {
            throw Refusal.invalid("--mail-from is missing or no address.", "For example tollgate@example.org");
        }
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 465 : 587;
        String host = uri.getHost();
        return new SmtpMail(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port, tls, user, password, from);
    }

    private static URI parse(String url) {
        try {
            URI uri = new URI(url);
            boolean good = List.of("smtp", "smtps").contains(String.valueOf(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPort() != 0
                    && uri.getPort() <= 65_535
                    && String.valueOf(uri.getRawPath()).matches("/?")
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            if (good) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below; the exception's own message repeats what may hold a password
        }
        throw Refusal.invalid("--smtp is no address of a mail server.", EXAMPLE);
    }

    private static boolean isLoopback(String host) {
        if (host.toLowerCase(Locale.ROOT).equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false; // a name: what it resolves to is for others to say
        }
    }

    private static Properties properties(boolean tls, boolean loopback, boolean auth) {
        Properties properties = new Properties();
        boolean startTls = !tls && !loopback;
        properties.setProperty("mail.smtp.ssl.enable", Boolean.toString(tls));
        properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(startTls));
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(startTls));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        properties.setProperty("mail.smtp.auth", Boolean.toString(auth));
        properties.setProperty("mail.smtp.connectiontimeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.timeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.writetimeout", TIMEOUT_MILLIS);
        return properties;
    }

    /**
     * Sends one mail to all of them. Blocking.
     *
     * @param id becomes the Message-ID, the same at each attempt
     * @throws IOException if the server did not take it for every one; its message says why and repeats nothing of the server's
     */
    void send(List<String> addresses, String id, String subject, String text) throws IOException {
        Session session = Session.getInstance(properties);
        try (Transport transport = session.getTransport("smtp")) {
            MimeMessage mail = new Mail(session, "<" + id + "@" + from.substring(from.indexOf('@') + 1) + ">");
            mail.setFrom(new InternetAddress(from, true));
            mail.setRecipients(RecipientType.TO, recipients(addresses));
            mail.setSubject(subject, "UTF-8");
            mail.setText(text, "UTF-8");
            mail.setHeader("Date", DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
            mail.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no out-of-office replies
            mail.saveChanges();
            transport.connect(host, port, user, password);
            transport.sendMessage(mail, mail.getAllRecipients());
        } catch (MessagingException e) {
            throw new IOException(why(e));
        }
    }

    private static InternetAddress[] recipients(List<String> addresses) throws MessagingException {
        InternetAddress[] recipients = new InternetAddress[addresses.size()];
        for (int i = 0; i < recipients.length; i++) {
            recipients[i] = new InternetAddress(addresses.get(i), true);
        }
        return recipients;
    }

    /** In our words: a server's own text may repeat what it was sent, the password included. */
    private static String why(MessagingException failure) {
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            switch (cause) {
                case AuthenticationFailedException refused -> {
                    return "the mail server refused the user and password";
                }
                case SMTPAddressFailedException refused -> {
                    return "the mail server refused an address with " + refused.getReturnCode();
                }
                case SMTPSenderFailedException refused -> {
                    return "the mail server refused the sender with " + refused.getReturnCode();
                }
                case SSLException tls -> {
                    return "TLS with the mail server failed";
                }
                case MailConnectException unreachable -> {
                    return "there was no connection to the mail server";
                }
                case SMTPSendFailedException refused
                when refused.getNextException() == null -> {
                    return "the mail server answered " + refused.getReturnCode();
                }
                default -> {
                    if (String.valueOf(cause.getMessage()).startsWith("STARTTLS is required")) {
                        return "the mail server does not offer STARTTLS";
                    }
                }
            }
        }
        return "the mail server broke off";
    }

    private static @Nullable Throwable next(Throwable failure) {
        return failure instanceof MessagingException messaging ? messaging.getNextException() : failure.getCause();
    }

    private static final class Mail extends MimeMessage {
        private final String messageId;

        Mail(Session session, String messageId) {
            super(session);
            this.messageId = messageId;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", messageId);
        }
    }

    @Override
    public String toString() {
        return "SmtpMail[" + host + ":" + port + "]";
    }
}
