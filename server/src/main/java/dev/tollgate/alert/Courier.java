package dev.tollgate.alert;

import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Brings one message to where it belongs, once. Blocking. */
final class Courier {
    private static final int GONE = 410;

    private final Web web;
    private final Optional<SmtpMail> mail;
    private final Supplier<String> gateUrl;
    private final InstantSource clock;

    /** @param mail empty where the gate was started without a mail server */
    Courier(Web web, Optional<SmtpMail> mail, Supplier<String> gateUrl, InstantSource clock) {
        this.web = web;
        this.mail = mail;
        this.gateUrl = gateUrl;
        this.clock = clock;
    }

    boolean hasMail() {
        return mail.isPresent();
    }

    Outcome deliver(Destination.Kind kind, Target target, Message message) {
        try {
            return switch (kind) {
                case WEBHOOK -> webhook(target, message);
                case SLACK -> slack(target, message);
                case MAIL -> mail(target, message);
            };
        } catch (IOException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()), 0);
        }
    }

    private Outcome webhook(Target target, Message message) throws IOException {
        byte[] body = Payloads.webhook(message.notices(), gateUrl.get());
        long seconds = clock.instant().getEpochSecond();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/json");
        headers.put("webhook-id", message.id());
        headers.put("webhook-timestamp", Long.toString(seconds));
        headers.put(
                "webhook-signature",
                WebhookSignature.sign(target.secretsAt(clock.millis()), message.id(), seconds, body));
        return judge(web.post(target.requiredUrl(), target.near(), headers, body));
    }

    private Outcome slack(Target target, Message message) throws IOException {
        byte[] body = Payloads.slack(message.notices(), gateUrl.get());
        return judge(web.post(target.requiredUrl(), target.near(), Map.of("content-type", "application/json"), body));
    }

    /** The specification, "Webhook delivery": 2xx is success, 410 the wish to get no more, all else a failure, redirects too. */
    private static Outcome judge(Web.Reply reply) {
        if (reply.status() >= 200 && reply.status() < 300) {
            return new Outcome.Delivered();
        }
        return reply.status() == GONE
                ? new Outcome.Gone()
                : new Outcome.Failed("it answered " + reply.status(), reply.retryAfterMillis());
    }

    private Outcome mail(Target target, Message message) throws IOException {
        if (mail.isEmpty()) {
            return new Outcome.Failed("the gate runs without a mail server (serve --smtp)", 0);
        }
        mail.get()
                .send(
                        target.addresses(),
                        message.id(),
                        "[Tollgate] " + Payloads.subject(message.notices()),
                        Payloads.mail(message.notices(), gateUrl.get()));
        return new Outcome.Delivered();
    }
}
