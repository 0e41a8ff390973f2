package dev.tollgate.web.page;

/**
 * Something that an app may do, in plain words.
 *
 * @param serious whether it deserves a second look
 */
public record Permission(String title, String detail, boolean serious) {
    /** What a scope allows. An unknown one is shown as it is, and as serious. */
    public static Permission of(String scope) {
        int colon = scope.indexOf(':');
        String kind = colon < 0 ? scope : scope.substring(0, colon);
        String rest = colon < 0 ? "" : scope.substring(colon + 1);
        return switch (kind) {
            case "models" ->
                rest.equals("use")
                        ? new Permission(
                                "Use AI models", "It sends prompts to any model that you may use, and you pay.", false)
                        : rest.startsWith("use:")
                                ? new Permission(
                                        "Use the model " + rest.substring(4),
                                        "It sends prompts to this model only, and you pay.",
                                        false)
                                : unknown(scope);
            case "usage" ->
                rest.equals("read")
                        ? new Permission(
                                "See your usage", "What was spent on which model and when. Never what was said.", false)
                        : unknown(scope);
            case "mcp" -> tools(rest, scope);
            case "admin" ->
                new Permission(
                        "Administer this Tollgate" + (rest.isEmpty() || rest.equals("*") ? "" : ": " + rest),
                        "It can do what an administrator can do here, as far as you may yourself.",
                        true);
            case "openid" ->
                new Permission("Know who you are", "It gets an identifier for you, and nothing else about you.", false);
            case "email" -> new Permission("See your email address", "As it stands in your account.", false);
            case "profile" -> new Permission("See your name", "As it stands in your account.", false);
            case "offline_access" ->
                new Permission(
                        "Stay connected",
                        "It keeps its access while you are away, for as long as is said below.",
                        false);
            default -> unknown(scope);
        };
    }

    private static Permission tools(String rest, String scope) {
        int colon = rest.indexOf(':');
        if (rest.isEmpty() || colon == 0) {
            return unknown(scope);
        }
        return colon < 0
                ? new Permission("Use all tools of " + rest, "It can read and change what these tools reach.", true)
                : new Permission(
                        "Use the tool " + rest.substring(colon + 1) + " of " + rest.substring(0, colon),
                        "It can read and change what this tool reaches.",
                        false);
    }

    private static Permission unknown(String scope) {
        return new Permission(
                scope, "This Tollgate has no words for this permission. Ask your administrator first.", true);
    }
}
