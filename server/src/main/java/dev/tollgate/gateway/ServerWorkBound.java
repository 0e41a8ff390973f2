package dev.tollgate.gateway;

import dev.tollgate.budget.Ceiling;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Price;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.ServerWork;
import dev.tollgate.dialects.ServerWork.ServerTool;

/**
 * The most that tools which the provider runs may come to, beside the prompt's first reading and the answer: each use is followed by a
 * round that reads the whole conversation again, with what the tool has found, which is a window at most; searches cost a fee; and an
 * advisor is a model of its own.
 */
final class ServerWorkBound {
    /**
     * Where nothing says how often a tool may be used. Anthropic's loop of server tools ends after as many rounds (<a
     * href="https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons">pause_turn</a>).
     */
    static final long MOST_USES = 10;

    private final Operation operation;
    private final ServerWork work;
    private final CatalogView catalog;

    ServerWorkBound(Operation operation, ServerWork work, CatalogView catalog) {
        this.operation = operation;
        this.work = work;
        this.catalog = catalog;
    }

    /**
     * In nano-US-dollars, at most {@link Ceiling#MOST_NANO_USD}.
     *
     * @param price at which the call is billed, its tier considered
     */
    long nanoUsd(Candidate candidate, Price price) {
        if (work.tools().isEmpty()) {
            return 0;
        }
        long window = candidate.atMostContext(Ceilings.UNKNOWN_WINDOW);
        // Another vendor's tools are run by that vendor's rules: its loop, and the bound that the gate writes into the
        // request.
        boolean converted = !candidate.provider().speaks(operation.dialect());
        long rounds = converted ? MOST_USES : rounds();
        long searches = converted ? MOST_USES * work.tools().size() : searches();
        Ceiling reading = new Ceiling(rounds * window, 0, Ceilings.dearestInput(price), 0, fees(searches, price));
        long advisors = 0;
        for (ServerTool tool : work.tools()) {
            advisors += tool.model() == null ? 0 : advisor(tool, tool.model(), candidate, price);
        }
        return Math.min(Ceiling.MOST_NANO_USD, reading.nanoUsd() + Math.min(Ceiling.MOST_NANO_USD, advisors));
    }

    private static long uses(ServerTool tool) {
        return tool.maxUses() < 0 ? MOST_USES : tool.maxUses();
    }

    private long rounds() {
        return switch (operation) {
            // Gemini says its tools' input as one figure; a model of OpenAI's that searches does it once, before it
            // answers.
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT, CHAT_COMPLETIONS -> 1;
            case RESPONSES -> work.mostCalls() < 0 ? MOST_USES : work.mostCalls();
            default -> {
                long uses = 0;
                for (ServerTool tool : work.tools()) {
                    uses += uses(tool);
                }
                yield Math.min(MOST_USES, uses);
            }
        };
    }

    private long searches() {
        return switch (operation) {
            case CHAT_COMPLETIONS -> 1;
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> MOST_USES;
            case RESPONSES -> rounds();
            default -> {
                long uses = 0;
                for (ServerTool tool : work.tools()) {
                    uses += tool.type().startsWith("web_search") ? uses(tool) : 0;
                }
                yield uses;
            }
        };
    }

    private static long fees(long searches, Price price) {
        try {
            return price.searchesNanoUsd(searches);
        } catch (ArithmeticException e) {
            return Ceiling.MOST_NANO_USD;
        }
    }

    /** Its uses; it reads the conversation each time. {@code max_tokens} of the request does not bound what it says. */
    private long advisor(ServerTool tool, String name, Candidate candidate, Price price) {
        Model model = catalog.model(candidate.provider().name(), name).orElse(null);
        long input = Ceilings.dearestInput(price);
        long output = Ceilings.dearestOutput(price);
        if (model != null) {
            for (Price its : model.prices()) { // whichever is in force
                input = Math.max(input, Ceilings.dearestInput(its));
                output = Math.max(output, Ceilings.dearestOutput(its));
            }
        }
        long window = model == null || model.contextTokens() <= 0 ? Ceilings.UNKNOWN_WINDOW : model.contextTokens();
        long longest = model == null || model.maxOutputTokens() <= 0
                ? Ceilings.UNKNOWN_OUTPUT_TOKENS
                : model.maxOutputTokens();
        long uses = uses(tool);
        return new Ceiling(uses * window, uses * (tool.maxTokens() < 0 ? longest : tool.maxTokens()), input, output, 0)
                .nanoUsd();
    }
}
