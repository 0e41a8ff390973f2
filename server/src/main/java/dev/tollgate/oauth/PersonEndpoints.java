package dev.tollgate.oauth;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.people.Sessions;
import dev.tollgate.web.Pages;
import dev.tollgate.web.WebRoutes.Endpoint;
import dev.tollgate.web.page.Paths;
import io.vertx.core.http.HttpMethod;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The endpoints for people: they are asked here whether an app may act for them, and see later which may. */
public final class PersonEndpoints {
    /**
     * What they stand on.
     *
     * @param address the gate's public address, without a slash at its end
     * @param home where browsers are to open pages: the same, or another name of it
     */
    public record Ground(
            Sessions sessions,
            Pages pages,
            Supplier<String> address,
            Supplier<String> home,
            GrantUse use,
            InstantSource clock) {}

    private final PageDoor door;
    private final AuthorizeEndpoint authorize;
    private final DevicePages device;
    private final AccessPages access;
    private final LogoutEndpoint logout;

    private PersonEndpoints(AuthorizationServer server, Ground ground) {
        door = new PageDoor(ground.sessions(), ground.pages(), ground.address(), ground.home());
        Consents consents = new Consents(server.grants(), server.clients(), ground.clock());
        authorize = new AuthorizeEndpoint(server, door, consents);
        device = new DevicePages(server, door, consents);
        access = new AccessPages(server, door, consents, ground.use());
        logout = new LogoutEndpoint(door, new IdTokenHints(server.keys(), server.audiences()), server.clients());
    }

    /** All of them, for {@link AuthorizationServer#add}. They are put together at the first request. */
    public static List<ServerEndpoint> all(AuthorizationServer server, Ground ground) {
        Once once = new Once(() -> new PersonEndpoints(server, ground));
        return List.of(
                new ServerEndpoint(
                        "authorization_endpoint",
                        List.of(HttpMethod.GET, HttpMethod.POST),
                        AuthorizeEndpoint.PATH,
                        Authentication.OAUTH_CLIENT,
                        Egress.JUDGED,
                        once.part(all -> all.door.open(all.authorize::arrive))),
                // The client's description may be fetched anew.
                session(
                        HttpMethod.POST,
                        Paths.CONSENT,
                        Egress.JUDGED,
                        once.part(all -> all.door.form(Paths.ACCESS, all.authorize::decided))),
                session(HttpMethod.GET, Paths.DEVICE, Egress.NONE, once.part(all -> all.door.inside(all.device::ask))),
                session(
                        HttpMethod.POST,
                        Paths.DEVICE,
                        Egress.JUDGED,
                        once.part(all -> all.door.form(Paths.DEVICE, all.device::look))),
                session(
                        HttpMethod.POST,
                        Paths.DEVICE_CONFIRM,
                        Egress.JUDGED,
                        once.part(all -> all.door.form(Paths.DEVICE, all.device::decided))),
                session(HttpMethod.GET, Paths.ACCESS, Egress.NONE, once.part(all -> all.door.inside(all.access::list))),
                session(
                        HttpMethod.GET,
                        Paths.ACCESS_CHANGE,
                        Egress.NONE,
                        once.part(all -> all.door.inside(all.access::ask))),
                session(
                        HttpMethod.POST,
                        Paths.ACCESS_CHANGE,
                        Egress.NONE,
                        once.part(all -> all.door.form(Paths.ACCESS, all.access::change))),
                session(
                        HttpMethod.POST,
                        Paths.ACCESS_REVOKE,
                        Egress.NONE,
                        once.part(all -> all.door.form(Paths.ACCESS, all.access::revoke))),
                // By an ID token that the gate itself has signed; without one nothing comes of it but a page.
                new ServerEndpoint(
                        "end_session_endpoint",
                        List.of(HttpMethod.GET, HttpMethod.POST),
                        LogoutEndpoint.PATH,
                        Authentication.OAUTH_CLIENT,
                        Egress.JUDGED,
                        once.part(all -> all.door.open(all.logout::ask))),
                session(
                        HttpMethod.POST,
                        LogoutEndpoint.CONFIRM_PATH,
                        Egress.JUDGED,
                        once.part(all -> all.door.form(Paths.ACCOUNT, all.logout::confirmed))));
    }

    private static ServerEndpoint session(HttpMethod method, String path, Egress egress, Endpoint endpoint) {
        return new ServerEndpoint("", List.of(method), path, Authentication.SESSION, egress, endpoint);
    }

    private static final class Once {
        private final Supplier<PersonEndpoints> make;
        private @Nullable PersonEndpoints made;

        Once(Supplier<PersonEndpoints> make) {
            this.make = make;
        }

        Endpoint part(Function<PersonEndpoints, Endpoint> choose) {
            return request -> choose.apply(get()).handle(request);
        }

        private synchronized PersonEndpoints get() {
            if (made == null) {
                made = make.get();
            }
            return made;
        }
    }
}
