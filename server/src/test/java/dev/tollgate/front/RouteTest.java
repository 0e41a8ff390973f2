package dev.tollgate.front;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Budget;
import dev.tollgate.front.Route.Egress;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteTest {
    private static Route route(HttpMethod method, String path) {
        return new Route(method, path, Authentication.NONE, Budget.NONE, Egress.NONE, (request, parameters) -> {});
    }

    private static void refused(Authentication authentication, Budget budget, Egress egress) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Route(HttpMethod.POST, "/x", authentication, budget, egress, (request, parameters) -> {}));
    }

    @Test
    void contradictoryDeclarationsDoNotStart() {
        refused(Authentication.NONE, Budget.METERED, Egress.NONE);
        refused(Authentication.NONE, Budget.NONE, Egress.PROVIDERS);
        refused(Authentication.OWNER_TOKEN, Budget.METERED, Egress.PROVIDERS);
        refused(Authentication.VIRTUAL_KEY, Budget.NONE, Egress.PROVIDERS);
    }

    @Test
    void twoRoutesForOnePlaceDoNotStart() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new RouteTable(
                        List.of(route(HttpMethod.GET, "/keys/{id}"), route(HttpMethod.GET, "/keys/{name}"))));
    }

    @Test
    void segmentsAreDecodedAndTheRestIsNot() {
        RouteTable table = new RouteTable(
                List.of(route(HttpMethod.PUT, "/prices/{provider}/{model}"), route(HttpMethod.POST, "/models/*")));
        RouteTable.Match.Found price =
                assertInstanceOf(RouteTable.Match.Found.class, table.find(HttpMethod.PUT, "/prices/sim/a%2Fb+c"));
        assertEquals(Map.of("provider", "sim", "model", "a/b+c"), price.parameters());
        RouteTable.Match.Found model =
                assertInstanceOf(RouteTable.Match.Found.class, table.find(HttpMethod.POST, "/models/sim%2Fecho:count"));
        assertEquals(Map.of("*", "sim%2Fecho:count"), model.parameters());
    }

    @Test
    void whatNoRouteDeclaresDoesNotExist() {
        RouteTable table = new RouteTable(List.of(
                route(HttpMethod.GET, "/keys"), route(HttpMethod.GET, "/keys/{id}"), route(HttpMethod.POST, "/m/*")));
        for (String path :
                List.of("", "/", "/Keys", "/keys/", "/keys//", "/keys/a/b", "//keys", "/keys/%zz", "/m/", "/m")) {
            assertInstanceOf(RouteTable.Match.Nothing.class, table.find(HttpMethod.GET, path), path);
        }
        RouteTable.Match.WrongMethod wrong =
                assertInstanceOf(RouteTable.Match.WrongMethod.class, table.find(HttpMethod.DELETE, "/keys"));
        assertEquals("GET", wrong.allow());
    }
}
