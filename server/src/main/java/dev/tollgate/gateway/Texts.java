package dev.tollgate.gateway;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.Rate;
import dev.tollgate.budget.RateResult;
import dev.tollgate.budget.ReservationResult;
import dev.tollgate.budget.ThresholdActions;
import dev.tollgate.budget.Window;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.identity.CallerResolution;
import dev.tollgate.identity.Right;
import dev.tollgate.kernel.Money;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the model API says when it refuses: what is wrong, and what to do. No secret, and nothing of a prompt. */
final class Texts {
    static final int MAX_MODEL_NAME = 200;
    private static final int SHOWN_OF_A_NAME = 100;

    static final String NO_KEY =
            "No key came with this request. Send a Tollgate key as `Authorization: Bearer tg_...`, "
                    + "`x-api-key`, `x-goog-api-key` or `?key=`; `tollgate key create` makes one.";
    static final String USAGE_TOO_OFTEN =
            "Usage is told " + OwnUsage.PER_MINUTE + " times a minute at most. Wait a little.";
    static final String TOO_LARGE = "The request body is larger than 32 MiB.";
    static final String BATCH_TOO_LARGE =
            "The batch is larger than 32 MiB. Tollgate looks into each of its requests before"
                    + " it sends them, so it takes no more at once: split them over several batches.";
    static final String SEND_AGAIN =
            "Tollgate keeps nothing of a file, so it cannot try again by itself: send it once more.";
    static final String NO_ROOM = "Too many large requests are under way. Try again in a moment.";
    static final String COMPRESSED = "Compressed request bodies are not accepted: send the JSON as it is.";
    static final String NOT_JSON = "The body must be JSON: send `content-type: application/json`.";
    static final String BAD_MODEL_NAME = "The model's name is missing, blank or longer than 200 characters.";
    static final String FAILED = "Tollgate failed. Its log says more.";

    /** Its settlement has failed, or has not come about in time. */
    private static final String UNRECORDED =
            "Tollgate could not record this call: its store is away, or did not take it. ";

    static final String UNRECORDED_STREAM = UNRECORDED
            + "So the end of this answer is withheld: it is incomplete, and may be billed all the same. Try again later.";
    static final String UNRECORDED_ANSWER =
            UNRECORDED + "So its answer is withheld, and may be billed all the same. Try again later.";
    static final String UNRECORDED_KEPT =
            UNRECORDED + "So the kept answer, which costs nothing, is withheld. Try again later.";
    static final String NOT_KEPT =
            "No answer to this request is kept here, and `cache-control: only-if-cached` asks for no"
                    + " other (RFC 9111): leave it out.";
    static final String THREAD_ELSEWHERE =
            "The message that `thread` continues is not known here, or the credential that it belongs to is not to be"
                    + " used at the moment. Begin the thread anew, with all of its messages.";
    static final String NO_SETTINGS = "No settings are managed here for this caller.";
    static final String BODY_TOO_SLOW = "The request body came too slowly.";

    static final String STRICT_KEY =
            " This key is strict, so nothing of meaning may be lost: leave the field out, or ask a model of your own"
                    + " dialect. A key that is created without --strict allows losses.";
    static final String STRICT_ALIAS =
            " This alias is strict, so nothing of meaning may be lost: leave the field out, or ask a model of your own"
                    + " dialect. Set without --strict (`tollgate alias set`), it allows losses.";

    private Texts() {}

    static String of(CallerResolution.Reason reason) {
        return switch (reason) {
            case UNKNOWN ->
                "The key or token is not valid here. `tollgate key create` makes a new key; an app that signs in has to"
                        + " sign in again.";
            case CONFLICTING -> "Two different keys came with this request. Send one, in one header.";
            case SUBSCRIPTION_LOGIN ->
                "This is a claude.ai login or a Claude Code token. Those belong to Claude Code alone, and Tollgate "
                        + "neither forwards nor keeps them. Use a Tollgate key (`tollgate key create`) in front of an "
                        + "Anthropic API key, Bedrock, Vertex or workload identity federation; or use Claude Code "
                        + "directly with your subscription.";
            case TOKEN_IN_ADDRESS ->
                "An access token stands in the address, which logs and histories keep. Send it as `Authorization: "
                        + "Bearer`, and revoke this one.";
            case PROVIDER_KEY ->
                "This is a provider's own key. Keep it in the vault (`tollgate credential add`) and call with a "
                        + "Tollgate key (`tollgate key create`).";
        };
    }

    static String insufficient(Right wanted) {
        String what = switch (wanted) {
            case MODELS -> "call models";
            case USAGE -> "see usage";
        };
        return "This access token may not " + what + ": it lacks the scope " + wanted.scope()
                + ". Let the app ask its person for that.";
    }

    static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return true; // some clients send none; the body is judged by itself
        }
        if (contentType.equalsIgnoreCase("application/json")) {
            return true;
        }
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
        return type.equals("application/json") || type.endsWith("+json");
    }

    static String unknownModel(String requested, List<String> nearest) {
        String name = "No model is called \"" + shown(requested) + "\" here.";
        return nearest.isEmpty() ? name : name + " Nearest: " + String.join(", ", nearest) + ".";
    }

    static String notPermitted(String requested, List<String> allowed) {
        return "This key may not use the model \"" + shown(requested) + "\". It may use: " + String.join(", ", allowed)
                + ".";
    }

    static String otherDialect(String requested, List<Candidate> candidates, Dialect dialect) {
        if (candidates.stream().anyMatch(candidate -> candidate.provider().speaks(dialect))) {
            return "The platform that hosts the model \"" + shown(requested) + "\" has no such endpoint.";
        }
        String spoken = candidates.stream()
                .flatMap(candidate -> candidate.provider().dialects().stream())
                .distinct()
                .map(Dialect::wireName)
                .sorted()
                .collect(Collectors.joining(", "));
        return "The model \"" + shown(requested) + "\" is served in the dialect " + spoken
                + ", and this endpoint speaks " + dialect.wireName() + ". Call it at that dialect's endpoint.";
    }

    static String credentialRefused(String provider) {
        return "The provider " + provider + " does not accept Tollgate's credential. An operator must look at it: "
                + "`tollgate credential list`.";
    }

    static String noCredential(List<String> providers) {
        return "Tollgate has no usable credential for " + String.join(", ", providers)
                + ". An operator can add one: `tollgate credential add NAME --provider "
                + providers.getFirst() + "`.";
    }

    static String unpriced(String requested, Budget budget) {
        return "No price is known for the model \"" + shown(requested) + "\", and the budget " + budget.id() + " ("
                + budget.label()
                + ") allows no model without one. An operator can set a price (`tollgate price set`) or"
                + " allow it (`tollgate budget set ... --unpriced`).";
    }

    static String exhausted(ReservationResult.Exhausted exhausted, long boundNanoUsd) {
        Budget budget = exhausted.budget();
        String named = "The budget " + budget.id() + " (" + budget.label() + ") ";
        String needs = " This call may come to $" + Money.formatUsd(boundNanoUsd) + ".";
        if (budget.window() == Window.REQUEST) {
            return named + "allows no call that may cost more." + needs
                    + " Shorten the prompt, or ask for a shorter answer.";
        }
        String has = named + "has $" + Money.formatUsd(exhausted.leftNanoUsd()) + " left: $"
                + Money.formatUsd(exhausted.spentNanoUsd()) + " are spent";
        if (exhausted.isHeldByOthers(boundNanoUsd)) {
            return has + ", and calls under way hold the rest." + needs + " Try again in a moment.";
        }
        return has + "." + needs
                + (exhausted.resetsAtMillis() == Long.MAX_VALUE
                        ? " It does not reset by itself; an operator can raise it (`tollgate budget set`)."
                        : " It resets at " + Instant.ofEpochMilli(exhausted.resetsAtMillis()) + ".");
    }

    /** Why another attempt is not made beside one that may be billed, which needs so much more. */
    static String tooLittleToSendAgain(ReservationResult.Exhausted exhausted, long moreNanoUsd) {
        Budget budget = exhausted.budget();
        String named = "The budget " + budget.id() + " (" + budget.label() + ") ";
        return (budget.window() == Window.REQUEST
                        ? named + "allows no call that may cost more than $" + Money.formatUsd(budget.limitNanoUsd())
                        : named + "has $" + Money.formatUsd(exhausted.leftNanoUsd())
                                + " left, and another attempt would need $" + Money.formatUsd(moreNanoUsd) + " more")
                + ", so it was not sent again.";
    }

    /**
     * One sentence, for a client that shows it to a person.
     *
     * @param page where that person can raise the cap; null where only an administrator can
     */
    static String capReached(ReservationResult.Exhausted exhausted, @Nullable String page) {
        Budget budget = exhausted.budget();
        String named =
                (page == null ? "The spending cap " : "Your spending cap ") + budget.id() + " (" + budget.label() + ")";
        String state = exhausted.leftNanoUsd() <= 0
                ? " is used up"
                : " has $" + Money.formatUsd(exhausted.leftNanoUsd())
                        + " left, which is less than this call may come to";
        String cure = page == null ? "ask an administrator to raise it" : "raise it at " + page;
        return exhausted.resetsAtMillis() == Long.MAX_VALUE
                ? named + state + ", and does not reset: " + cure + "."
                : named + state + ", and resets at " + Instant.ofEpochMilli(exhausted.resetsAtMillis())
                        + ": wait until then, or " + cure + ".";
    }

    static String switchedOff(ThresholdActions.SwitchedOff off) {
        Budget budget = off.budget();
        return "The feature \"" + shown(off.feature()) + "\" is marked as heavy, and the budget " + budget.id() + " ("
                + budget.label() + ") refuses such calls once " + off.percent() + " % are spent: $"
                + Money.formatUsd(off.spentNanoUsd()) + " are."
                + (off.resetsAtMillis() == Long.MAX_VALUE
                        ? " It does not reset by itself; an operator can raise it (`tollgate budget set`)."
                        : " It resets at " + Instant.ofEpochMilli(off.resetsAtMillis()) + ".");
    }

    static String rateUsedUp(RateResult.Refused refused, long seconds) {
        Rate rate = refused.rate();
        String allows = "The rate " + rate.id() + " (" + rate.label() + ") allows " + refused.limit() + " "
                + refused.kind().words();
        return switch (refused.kind()) {
            case CONCURRENT -> allows + ", and as many are under way. Try again when one has ended.";
            case REQUESTS, INPUT_TOKENS, OUTPUT_TOKENS ->
                allows + " a minute, and they are used up. They flow back evenly over the minute: try again in "
                        + seconds + " s.";
        };
    }

    static String promptOverRate(long tokens, Rate rate) {
        return "The rate " + rate.id() + " (" + rate.label() + ") allows a prompt of "
                + rate.call().maxInputTokens() + " tokens, and this one has at least " + tokens
                + ", as Tollgate counts. Shorten it.";
    }

    static String answersOverRate(int choices, Rate rate) {
        return ofAnswers(rate) + ", and this one asks for " + choices
                + " answers that cannot be made so short. Ask for fewer.";
    }

    static String answerOverRate(long asked, Rate rate) {
        return ofAnswers(rate) + ", and this one asks for " + asked + ". Ask for a shorter answer.";
    }

    private static String ofAnswers(Rate rate) {
        return "The rate " + rate.id() + " (" + rate.label() + ") allows "
                + rate.call().maxOutputTokens() + " output tokens for all answers of a call together";
    }

    static String modelNotInRate(String requested, Rate rate) {
        return "The rate " + rate.id() + " (" + rate.label() + ") does not allow what \"" + shown(requested)
                + "\" asks. It allows: " + String.join(", ", rate.call().models()) + ".";
    }

    /** 0 if never. */
    static long secondsUntil(long atMillis, long nowMillis) {
        return atMillis == Long.MAX_VALUE ? 0 : Math.max(1, Math.ceilDiv(atMillis - nowMillis, 1_000L));
    }

    static String fileTooLarge(long mostBytes) {
        return "The request body is larger than " + (mostBytes >> 20)
                + " MiB, which is as much as the provider takes of a" + " file.";
    }

    static String cooling(long seconds) {
        return "The provider has asked Tollgate to wait. Try again in " + seconds + " s.";
    }

    /** As much of a name as fits a message, without what would hide in it. */
    static String shown(String name) {
        String printable = name.replaceAll("[^\\x20-\\x7e]", "?").replace('"', '\'');
        return printable.length() <= SHOWN_OF_A_NAME ? printable : printable.substring(0, SHOWN_OF_A_NAME) + "...";
    }
}
