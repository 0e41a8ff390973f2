package dev.tollgate.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.front.Route;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The document is the API's source: what it describes is served, and nothing else is. */
class AdminDocumentTest {
    private static final Pattern PATH = Pattern.compile("^  (/[^:]*):$");
    private static final Pattern METHOD = Pattern.compile("^    (get|post|put|patch|delete):$");

    @Test
    void everyOperationOfTheDocumentHasItsRouteAndEveryRouteItsOperation() throws Exception {
        Set<String> routes = new TreeSet<>();
        for (Route route : routes()) {
            routes.add(route.method().name() + " " + normal(route.path().substring(AdminRoutes.PREFIX.length())));
            assertEquals(Route.Authentication.ADMINISTRATOR, route.authentication(), route.path());
        }
        assertEquals(documented(), routes);
    }

    @SuppressWarnings("NullAway") // no route is used, so nothing behind it is needed
    private static List<Route> routes() {
        AdminApi api = new AdminApi(
                Runnable::run,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                InstantSource.system(),
                () -> null,
                null,
                null,
                null,
                link -> link,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        return api.routes(null);
    }

    private static Set<String> documented() throws Exception {
        Set<String> operations = new TreeSet<>();
        String path = "";
        try (InputStream in = AdminDocumentTest.class.getResourceAsStream("/openapi.yaml")) {
            assertTrue(in != null, "openapi.yaml is on the class path");
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                Matcher isPath = PATH.matcher(line);
                Matcher isMethod = METHOD.matcher(line);
                if (isPath.matches()) {
                    path = isPath.group(1);
                } else if (isMethod.matches() && !path.isEmpty()) {
                    operations.add(isMethod.group(1).toUpperCase(Locale.ROOT) + " " + normal(path));
                }
            }
        }
        assertTrue(operations.size() > 20, operations.toString());
        return operations;
    }

    private static String normal(String path) {
        return path.replaceAll("\\{[^}]*}", "{}");
    }
}
