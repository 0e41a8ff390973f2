package dev.tollgate.gateway;

import dev.tollgate.access.AccessDecider;
import dev.tollgate.budget.RateDesk;
import dev.tollgate.budget.RefusedCalls;
import dev.tollgate.budget.ReservationDesk;
import dev.tollgate.budget.Settlement;
import dev.tollgate.budget.Standings;
import dev.tollgate.budget.ThresholdActions;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.front.ClientAddress;
import dev.tollgate.identity.CallerResolver;
import dev.tollgate.kernel.store.StoreOutage;
import dev.tollgate.routing.RoutePlanner;
import dev.tollgate.telemetry.CallSink;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * The rooms that a model call passes through; the same for all event loops.
 *
 * @param storeOutage tells the log, now and then, of requests that failed for the store
 * @param publicUrl the gate's address, without a slash at its end
 */
public record Services(
        CallerResolver callers,
        Catalog catalog,
        AccessDecider access,
        ThresholdActions thresholdActions,
        RateDesk rates,
        ReservationDesk desk,
        Standings standings,
        RefusedCalls refusedCalls,
        RoutePlanner planner,
        Threads threads,
        Translator translator,
        TokenCounting counting,
        TokenMargins margins,
        AnswerCaching caching,
        Settlement settlement,
        CallSink telemetry,
        BodyRoom bodies,
        ClientAddress clients,
        InstantSource clock,
        StoreOutage storeOutage,
        Supplier<String> publicUrl) {}
