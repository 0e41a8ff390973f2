package dev.tollgate.gateway;

import dev.tollgate.access.Decision;
import dev.tollgate.catalog.Alias;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Resolution;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.ListedModel;
import dev.tollgate.dialects.ModelLists;
import dev.tollgate.dialects.Page;
import dev.tollgate.front.Replies;
import dev.tollgate.front.Route;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Budget;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.Ids;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lists of models, in the shape that the asking client knows: what its key may use, in the dialect it speaks. */
final class ModelsEndpoint {
    private final Services services;

    ModelsEndpoint(Services services) {
        this.services = services;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        door(routes, "", "/v1/models", null);
        door(routes, "", "/v1beta/models", Dialect.GEMINI);
        door(routes, "/anthropic", "/v1/models", Dialect.ANTHROPIC);
        door(routes, "/openai", "/v1/models", Dialect.OPENAI);
        door(routes, "/gemini", "/v1/models", Dialect.GEMINI);
        door(routes, "/gemini", "/v1beta/models", Dialect.GEMINI);
        return routes;
    }

    private void door(List<Route> routes, String prefix, String path, @Nullable Dialect dialect) {
        routes.add(route(prefix + path, (request, p) -> list(request, spoken(request, dialect))));
        routes.add(route(
                prefix + path + "/*", (request, p) -> one(request, spoken(request, dialect), p.getOrDefault("*", ""))));
    }

    private static Route route(String path, Route.Handler handler) {
        return new Route(HttpMethod.GET, path, Authentication.VIRTUAL_KEY, Budget.NONE, Egress.NONE, handler);
    }

    /** {@code /v1/models} serves three dialects; the client's headers tell which it speaks. */
    private static Dialect spoken(HttpServerRequest request, @Nullable Dialect byPath) {
        if (byPath != null) {
            return byPath;
        }
        if (request.headers().contains("anthropic-version")) {
            return Dialect.ANTHROPIC;
        }
        boolean google = request.headers().contains("x-goog-api-key")
                || request.headers().contains("x-goog-api-client")
                || Presented.Query.first(request.query(), "key") != null;
        return google ? Dialect.GEMINI : Dialect.OPENAI;
    }

    private void list(HttpServerRequest request, Dialect dialect) {
        Caller caller = identify(request, dialect);
        if (caller != null) {
            Replies.json(
                    request,
                    200,
                    ModelLists.list(
                            dialect,
                            visible(caller, dialect),
                            Page.of(dialect, name -> Presented.Query.first(request.query(), name))));
        }
    }

    private void one(HttpServerRequest request, Dialect dialect, String segment) {
        Caller caller = identify(request, dialect);
        if (caller == null) {
            return;
        }
        String id = ModelEndpoints.decode(segment);
        if (id == null) {
            refuse(request, dialect, ErrorKind.NOT_FOUND, "The model's name has a broken escape.");
            return;
        }
        Optional<ListedModel> model = visible(caller, dialect).stream()
                .filter(listed -> listed.id().equals(id))
                .findFirst();
        if (model.isPresent()) {
            Replies.json(request, 200, ModelLists.one(dialect, model.get()));
        } else {
            CatalogView catalog = services.catalog().view();
            refuse(request, dialect, ErrorKind.NOT_FOUND, Texts.unknownModel(id, catalog.nearest(id)));
        }
    }

    private @Nullable Caller identify(HttpServerRequest request, Dialect dialect) {
        return Callers.identify(
                services, request, dialect, Ids.sortable("req", services.clock().millis()));
    }

    private void refuse(HttpServerRequest request, Dialect dialect, ErrorKind kind, String message) {
        Refuser.refuse(request, dialect, Ids.sortable("req", services.clock().millis()), kind, message);
    }

    private List<ListedModel> visible(Caller caller, Dialect dialect) {
        CatalogView catalog = services.catalog().view();
        Instant now = services.clock().instant();
        List<ListedModel> listed = new ArrayList<>();
        for (Alias alias : catalog.aliases().values()) {
            Candidate first = reachable(caller, alias.name(), dialect, catalog, now);
            if (first != null) {
                listed.add(listed(alias.name(), alias.name(), first, catalog));
            }
        }
        for (Model model : catalog.models()) {
            // A bare id is what clients know; only where it leads elsewhere does the provider have to be named.
            Candidate bare = reachable(caller, model.id(), dialect, catalog, now);
            boolean leadsHere = bare != null && bare.qualifiedName().equals(model.qualifiedName());
            String id = leadsHere ? model.id() : model.qualifiedName();
            Candidate candidate = leadsHere ? bare : reachable(caller, id, dialect, catalog, now);
            if (candidate != null) {
                listed.add(listed(id, model.displayName(), candidate, catalog));
            }
        }
        return listed;
    }

    /** The first candidate that this caller could really be answered by; null if there is none. */
    private @Nullable Candidate reachable(
            Caller caller, String name, Dialect dialect, CatalogView catalog, Instant now) {
        Resolution resolution = catalog.resolve(name, dialect, now);
        if (services.access().decide(caller, resolution, name) instanceof Decision.Permitted(var candidates)) {
            for (Candidate candidate : candidates) {
                if (services.planner().hasCredential(candidate.provider())) {
                    return candidate;
                }
            }
        }
        return null;
    }

    private static ListedModel listed(String id, String name, Candidate candidate, CatalogView catalog) {
        Optional<Model> model = catalog.model(candidate.provider().name(), candidate.model());
        return new ListedModel(
                id,
                name,
                model.map(Model::createdAt).orElse(Instant.EPOCH),
                candidate.provider().name(),
                model.map(Model::contextTokens).orElse(0L),
                model.map(Model::maxOutputTokens).orElse(0L));
    }
}
