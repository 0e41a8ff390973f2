package dev.tollgate.admin;

import dev.tollgate.catalog.Discount;
import dev.tollgate.catalog.DiscountBook;
import dev.tollgate.catalog.NewDiscount;
import dev.tollgate.identity.Accounts;
import dev.tollgate.kernel.Refusal;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Discounts: added, listed, removed. */
final class DiscountAdmin {
    private static final Set<String> FIELDS = Set.of("account", "provider", "model", "percent", "from", "until");

    private final DiscountBook discounts;
    private final InstantSource clock;

    DiscountAdmin(DiscountBook discounts, InstantSource clock) {
        this.discounts = discounts;
        this.clock = clock;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/discounts",
                request -> AdminReply.list(
                        discounts.list().stream().map(this::shape).toList()));
        routes.post("/discounts", FIELDS, this::add);
        routes.delete("/discounts/{id}", request -> {
            discounts.remove(request.path("id"), request.actorName());
            return AdminReply.nothing();
        });
    }

    private AdminReply add(AdminRequest request) {
        String model = request.optionalText("model");
        Accounts.require(request.optionalText("account"));
        NewDiscount wanted = new NewDiscount(
                Accounts.DEFAULT,
                request.text("provider"),
                model == null ? "*" : model,
                request.text("percent"),
                day(request, "from"),
                day(request, "until"));
        return AdminReply.created(shape(discounts.add(wanted, request.actorName())));
    }

    private static @Nullable LocalDate day(AdminRequest request, String field) {
        String text = request.optionalText(field);
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw Refusal.invalid(field + " is not a date.", "Give a day like 2026-11-22.");
        }
    }

    private ObjectNode shape(Discount discount) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate last = discount.last();
        String state =
                today.isBefore(discount.first()) ? "coming" : last != null && today.isAfter(last) ? "over" : "in force";
        return Shapes.object()
                .put("id", discount.id())
                .put("account", discount.account())
                .put("provider", discount.provider())
                .put("model", discount.models().text())
                .put("percent", discount.percent())
                .put("from", discount.first().toString())
                .put("until", last == null ? null : last.toString())
                .put("state", state);
    }
}
