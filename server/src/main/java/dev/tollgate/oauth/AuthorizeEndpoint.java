package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.openid.connect.sdk.OIDCError;
import com.nimbusds.openid.connect.sdk.Prompt;
import dev.tollgate.identity.people.Session;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.oauth.Arrival.Asked;
import dev.tollgate.oauth.ConsentTerms.Choice;
import dev.tollgate.web.Params;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.page.ConsentPage;
import dev.tollgate.web.page.ContinuePage;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Link;
import dev.tollgate.web.page.Problems;
import dev.tollgate.web.page.Terms;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The authorization endpoint (RFC 6749 section 3.1): the request, the person, the consent, the code. It is for browsers that
 * go there, never for scripts of other sites: no answer has a CORS header, and none may be framed.
 */
final class AuthorizeEndpoint {
    static final String PATH = "/oauth/authorize";

    private static final ErrorObject NOT_THEIRS =
            OAuth2Error.ACCESS_DENIED.setDescription("The person does not administer this gate.");

    private final PageDoor door;
    private final Arrivals arrivals;
    private final Consents consents;
    private final AuthorizationCodes codes;
    private final PushedRequests pushed;
    private final AuthorizationResponses responses;

    AuthorizeEndpoint(AuthorizationServer server, PageDoor door, Consents consents) {
        this.door = door;
        this.arrivals = new Arrivals(server.clients()::find, server.pushed(), server.requests());
        this.consents = consents;
        this.codes = server.codes();
        this.pushed = server.pushed();
        this.responses = server.responses();
    }

    /** The browser arrives. */
    WebReply arrive(WebRequest request) {
        if (request.method().equals(HttpMethod.POST)) {
            // OpenID Connect Core section 3.1.2.1 wants POST, too. Another site's form brings no cookie: a GET does.
            String query = Params.encode(request.form().asMap());
            return WebReply.seeOther(query.isEmpty() ? PATH : PATH + "?" + query);
        }
        return switch (arrivals.judge(request.query())) {
            case Arrival.Unsafe unsafe -> tellPerson(unsafe);
            case Arrival.Refused refused ->
                refuse(
                        door.who(request),
                        refused.client(),
                        refused.redirectUri(),
                        error(refused.redirectUri(), refused.error(), refused.state()));
            case Asked asked -> identify(request, asked);
        };
    }

    /**
     * Tells a client that it gets nothing, by way of the browser. Anyone can register a client for an address of theirs: to such a
     * one nobody is sent on who has not allowed it something before, or this server's name would lend that address its good
     * one (RFC 9700 section 4.11.2). The person sees where the way leads, and goes it or does not.
     */
    private WebReply refuse(Optional<SignedIn> who, Client client, String redirectUri, String to) {
        boolean known = client.vouchedFor()
                || who.filter(one -> consents.any(one.person(), client)).isPresent();
        if (known) {
            return WebReply.seeOther(to);
        }
        String host = String.valueOf(Consents.app(client, redirectUri).host());
        return door.error(new ErrorPage(
                400,
                "The app asked for what it cannot have",
                "Nothing was allowed. The app that sent you here is not known, and may call itself anything: go on only if you trust "
                        + host + ".",
                "You can close this page.",
                null,
                new Link(to, "Go back to " + host)));
    }

    private WebReply tellPerson(Arrival.Unsafe unsafe) {
        return door.error(
                new ErrorPage(400, "This request cannot be answered", unsafe.message(), unsafe.cure(), null, null));
    }

    private WebReply identify(WebRequest request, Asked asked) {
        Optional<SignedIn> who = door.who(request);
        Asked possible = who.isPresent() ? possible(who.get(), asked) : asked;
        PageDoor.Wanted wanted = wanted(who, possible);
        if (who.isPresent() && wanted == PageDoor.Wanted.SESSION) {
            return possible.checked().scopes().isEmpty()
                    ? refuse(who, asked, NOT_THEIRS)
                    : decide(request, who.get(), possible);
        }
        // OpenID Connect Core section 3.1.2.6.
        return asked.silent()
                ? refuse(who, asked, OIDCError.LOGIN_REQUIRED)
                : PageDoor.signIn(asked.comeBack(consents.now()), wanted);
    }

    /** Of somebody unknown: what is wanted of everybody. */
    private PageDoor.Wanted wanted(Optional<SignedIn> who, Asked asked) {
        return who.map(one -> wanted(one, asked))
                .orElse(asked.wantsNewSignIn() ? PageDoor.Wanted.PROOF : PageDoor.Wanted.SESSION);
    }

    private PageDoor.Wanted wanted(SignedIn who, Asked asked) {
        Session session = who.session();
        if (asked.wantsSignIn(session.authenticatedAt(), consents.now())
                || consents.wantsProof(session, asked.checked().scopes())) {
            return PageDoor.Wanted.PROOF;
        }
        return asked.wantsChoice(session.beganAt()) ? PageDoor.Wanted.CHOICE : PageDoor.Wanted.SESSION;
    }

    private WebReply refuse(Optional<SignedIn> who, Asked asked, ErrorObject error) {
        return refuse(who, asked.client(), asked.redirectUri(), error(asked, error));
    }

    /** What of it the person can allow. The app learns from its tokens that it is less (RFC 6749 section 3.3). */
    private static Asked possible(SignedIn who, Asked asked) {
        return asked.within(Consents.possible(who.person(), asked.checked().scopes()));
    }

    private WebReply decide(WebRequest request, SignedIn who, Asked asked) {
        Optional<AccessGrant> standing = standing(who, asked);
        boolean ask = asked.prompt().contains(Prompt.Type.CONSENT) || !isSurelyItself(asked);
        if (standing.isPresent() && !ask) {
            return useUp(asked) ? WebReply.seeOther(code(who, asked, standing.get())) : used();
        }
        if (asked.silent()) {
            return refuse(Optional.of(who), asked, OIDCError.CONSENT_REQUIRED);
        }
        AuthorizationRequests.Checked checked = asked.checked();
        SpendingCap cap = consents.former(who.person(), asked.client(), checked.scopes(), checked.resource())
                .map(AccessGrant::cap)
                .orElse(null);
        Terms terms = ConsentTerms.offered(asked.checked().scopes(), cap, consents.now());
        return page(request, who, asked, terms, Problems.NONE);
    }

    /**
     * Whether only the app itself can get this answer. What runs on a person's machine cannot be told from another program
     * there, and who registers itself may call itself anything: both are asked about each time (RFC 8252 section 8.6). A
     * client that is a document is itself where its answers go to the document's own host.
     */
    private static boolean isSurelyItself(Asked asked) {
        URI redirect = URI.create(asked.redirectUri());
        if (!"https".equalsIgnoreCase(redirect.getScheme())) {
            return false;
        }
        return switch (asked.client().kind()) {
            case STATIC -> true;
            case DOCUMENT ->
                redirect.getAuthority().equals(URI.create(asked.client().id()).getAuthority());
            case BUILT_IN, DYNAMIC -> false;
        };
    }

    private Optional<AccessGrant> standing(SignedIn who, Asked asked) {
        return consents.standing(
                who.person(),
                asked.client(),
                asked.checked().scopes(),
                asked.checked().resource());
    }

    private WebReply page(WebRequest request, SignedIn who, Asked asked, Terms terms, Problems problems) {
        return door.show(
                request,
                who,
                new ConsentPage(
                        asked.again(who.session().authenticatedAt()),
                        Consents.app(asked.client(), asked.redirectUri()),
                        Consents.permissions(asked.checked().scopes()),
                        terms,
                        problems));
    }

    /** The person has decided. The form names the request, and it is judged again from the start. */
    WebReply decided(WebRequest request, SignedIn who) {
        Params params = Params.parse(request.form().get("request"));
        return switch (arrivals.judge(params == null ? Params.NONE : params)) {
            case Arrival.Unsafe unsafe -> tellPerson(unsafe);
            case Arrival.Refused refused ->
                goOn(request, who, refused.client(), error(refused.redirectUri(), refused.error(), refused.state()));
            case Asked asked -> {
                PageDoor.Wanted wanted = wanted(who, possible(who, asked));
                yield wanted == PageDoor.Wanted.SESSION
                        ? decided(request, who, possible(who, asked))
                        : PageDoor.signIn(asked.comeBack(consents.now()), wanted);
            }
        };
    }

    private WebReply decided(WebRequest request, SignedIn who, Asked asked) {
        if (asked.checked().scopes().isEmpty()) {
            return goOn(request, who, asked.client(), error(asked, NOT_THEIRS));
        }
        String decision = request.form().get("decision");
        if ("deny".equals(decision)) {
            return useUp(asked) ? goOn(request, who, asked.client(), error(asked, OAuth2Error.ACCESS_DENIED)) : used();
        }
        return switch (ConsentTerms.chosen(request.form(), asked.checked().scopes(), consents.now())) {
            case Choice.Wrong wrong -> page(request, who, asked, wrong.typed(), wrong.problems());
            case Choice.Chosen chosen when "allow".equals(decision) -> allowed(request, who, asked, chosen);
            case Choice.Chosen chosen ->
                page(
                        request,
                        who,
                        asked,
                        ConsentTerms.offered(asked.checked().scopes(), chosen.cap(), consents.now()),
                        Problems.form("Choose whether to allow it."));
        };
    }

    private WebReply allowed(WebRequest request, SignedIn who, Asked asked, Choice.Chosen terms) {
        if (!useUp(asked)) {
            return used();
        }
        AuthorizationRequests.Checked checked = asked.checked();
        AccessGrant grant = consents.allow(who.person(), checked.client(), checked.scopes(), checked.resource(), terms)
                .grant();
        return goOn(request, who, checked.client(), code(who, asked, grant));
    }

    /** RFC 9126 section 7.3: a pushed request ends in one answer. False if it has had it. */
    private boolean useUp(Asked asked) {
        return asked.requestUri().isEmpty() || pushed.use(asked.requestUri());
    }

    private WebReply used() {
        return tellPerson(new Arrival.Unsafe(
                "The app's request was answered before.", "Go back to the app, and begin again if it still asks."));
    }

    /** A form's chain of redirects may not leave this site (Content-Security-Policy, {@code form-action}): a page ends it. */
    private WebReply goOn(WebRequest request, SignedIn who, Client client, String to) {
        return door.show(request, who, new ContinuePage(to, client.name()));
    }

    private String code(SignedIn who, Asked asked, AccessGrant grant) {
        AuthorizationRequests.Checked checked = asked.checked();
        Session session = who.session();
        String code = codes.issue(new AuthorizationCodes.Draft(
                grant.id(),
                checked.client().id(),
                checked.redirectUri(),
                checked.scopes(),
                checked.resource(),
                checked.challenge(),
                checked.jkt(),
                checked.nonce(),
                session.authenticatedAt().toEpochMilli(),
                session.way().amr()));
        return responses.success(checked.redirectUri(), code, asked.state()).toString();
    }

    private String error(Asked asked, ErrorObject error) {
        return error(asked.redirectUri(), error, asked.state());
    }

    private String error(String redirectUri, ErrorObject error, @Nullable State state) {
        return responses.error(redirectUri, error, state).toString();
    }
}
