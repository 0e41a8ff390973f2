package dev.tollgate.dialects;

import dev.tollgate.dialects.ServerWork.ServerTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects a request's {@link ServerWork}, for {@link RequestWalk}. */
final class AskedWork {
    /** Clients run these; their types are versioned, or there is none. */
    private static final List<String> CLIENTS_OF_MESSAGES =
            List.of("custom", "bash_", "text_editor_", "computer_", "memory_");

    private static final Set<String> CLIENTS_OF_RESPONSES = Set.of(
            "function",
            "custom",
            "namespace",
            "computer",
            "computer_use_preview",
            "local_shell",
            "apply_patch",
            "tool_search");

    private static final Set<String> CLIENTS_OF_GEMINI =
            Set.of("functionDeclarations", "function_declarations", "computerUse", "computer_use");

    private static final int MOST_TOOLS = 2048;

    private ServiceTier tier = ServiceTier.STANDARD;
    private List<ServerTool> tools = List.of();
    private long mostCalls = -1;
    private int limitStart = -1;
    private int limitEnd = -1;

    // Of the tool that is being read.
    private @Nullable String type;
    private @Nullable String model;
    private long maxUses;
    private long maxTokens;
    private int usesStart;
    private int usesEnd;

    ServerWork done(int bodyStart) {
        if (tier == ServiceTier.STANDARD && tools.isEmpty()) {
            return ServerWork.NONE;
        }
        int start = limitStart < 0 ? bodyStart + 1 : limitStart;
        return new ServerWork(tier, tools, mostCalls, start, limitStart < 0 ? start : limitEnd);
    }

    /** The request's own word for how it is to be served; of two the one that is not the list's. */
    void tier(String word) {
        ServiceTier asked = ServiceTier.asked(word);
        tier = asked == ServiceTier.STANDARD ? tier : asked;
    }

    /** A tool begins. */
    void open(int inside) {
        type = null;
        model = null;
        maxUses = -1;
        maxTokens = -1;
        usesStart = inside;
        usesEnd = inside;
    }

    void type(String name) {
        type = name;
    }

    void model(String name) {
        model = name;
    }

    void maxTokens(long most) {
        maxTokens = most;
    }

    /** @param most -1 for null */
    void maxUses(long most, int start, int end) {
        maxUses = most;
        usesStart = start;
        usesEnd = end;
    }

    /** @param most -1 for null */
    void mostCalls(long most, int start, int end) {
        mostCalls = most;
        limitStart = start;
        limitEnd = end;
    }

    /** A tool of Messages has ended. */
    void closeOfMessages() {
        String name = type;
        if (name != null && CLIENTS_OF_MESSAGES.stream().noneMatch(name::startsWith)) {
            add(new ServerTool(name, maxUses, usesStart, usesEnd, model, maxTokens));
        }
    }

    /** A tool of Responses has ended. */
    void closeOfResponses() {
        if (type != null && !CLIENTS_OF_RESPONSES.contains(type)) {
            add(new ServerTool(type));
        }
    }

    /** A member of one of Gemini's tools: each names what it is. */
    void memberOfGeminis(String name) {
        if (!CLIENTS_OF_GEMINI.contains(name)) {
            add(new ServerTool(name));
        }
    }

    /** A tool that stands elsewhere than among the tools. */
    void named(String name) {
        add(new ServerTool(name));
    }

    private void add(ServerTool tool) {
        if (tools.isEmpty()) {
            tools = new ArrayList<>(1);
        }
        if (tools.size() < MOST_TOOLS) { // no provider takes more
            tools.add(tool);
        }
    }
}
