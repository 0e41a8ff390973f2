package dev.tollgate.catalog;

import dev.tollgate.kernel.Refusal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may stand in a platform's addresses and paths. */
final class Places {
    private static final Pattern REGION = Pattern.compile("[a-z0-9]+(-[a-z0-9]+){0,4}");
    /** Ids of projects, older ones within a domain, and project numbers. */
    private static final Pattern PROJECT = Pattern.compile("([a-z0-9.-]{1,60}:)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private static final int LONGEST_REGION = 40;

    private Places() {}

    static String region(@Nullable String region, String example) {
        if (region == null
                || region.length() > LONGEST_REGION
                || !REGION.matcher(region).matches()) {
            throw Refusal.invalid("The platform needs its region.", "Give one such as " + example + ".");
        }
        return region;
    }

    static String project(@Nullable String project) {
        if (project == null || !PROJECT.matcher(project).matches()) {
            throw Refusal.invalid("Vertex AI needs the id of a project.", "Give one such as my-project-123456.");
        }
        return project;
    }

    static void refuse(@Nullable String value, String message, String cure) {
        if (value != null && !value.isEmpty()) {
            throw Refusal.invalid(message, cure);
        }
    }
}
