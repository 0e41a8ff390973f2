package dev.tollgate.catalog;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;

/** Discounts as operators set them. What is in force is part of {@link Catalog#view}. Everything here blocks. */
public final class DiscountBook {
    private static final Pattern PERCENT = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,4})?");
    private static final int DECIMALS_OF_MILLIONTHS = 4;

    private final Catalog catalog;
    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;

    public DiscountBook(Catalog catalog, Store store, AuditTrail audit, InstantSource clock) {
        this.catalog = catalog;
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Adds a discount. It holds for calls that are made on its days and settled after this returns.
     *
     * @throws Refusal if the percentage is not above 0 and at most 100, the provider does not exist, the days are none or the
     *     wrong way round, or the same account and provider have a discount for the same models on one of these days
     */
    public Discount add(NewDiscount wanted, String actor) {
        long millionths = millionths(wanted.percent());
        LocalDate first =
                wanted.first() == null ? LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) : wanted.first();
        LocalDate last = wanted.last();
        CatalogRules.requirePriceDay(first);
        if (last != null) {
            CatalogRules.requirePriceDay(last);
            if (last.isBefore(first)) {
                throw Refusal.invalid("The discount would end before it begins.", "Give the earlier day as from.");
            }
        }
        if (!Names.isModel(wanted.model().replace('*', 'x'))) {
            throw Refusal.invalid("That is no pattern of model ids.", "For example claude-*, or * for all of them.");
        }
        Discount discount = new Discount(
                Ids.sortable("dsc", clock.millis()),
                wanted.account(),
                wanted.provider(),
                new Glob(wanted.model()),
                millionths,
                first,
                last);
        catalog.change((tx, before) -> {
            CatalogRules.requireProvider(before, discount.provider());
            DiscountTable.read(tx.handle()).stream()
                    .filter(discount::overlaps)
                    .findFirst()
                    .ifPresent(DiscountBook::refuseOverlap);
            DiscountTable.insert(tx.handle(), discount, clock.millis());
            audit.record(tx, actor, "discount.added", discount.id(), AuditDetails.of(discount));
        });
        return discount;
    }

    private static void refuseOverlap(Discount other) {
        throw Refusal.conflict(
                "There is a discount of " + other.percent() + " % for the same account, provider and models from "
                        + other.first() + (other.last() == null ? " on" : " until " + other.last()) + ".",
                "Choose other days, or remove it first: ./tollgate discount remove " + other.id());
    }

    private static long millionths(String percent) {
        if (PERCENT.matcher(percent).matches()) {
            long millionths = new BigDecimal(percent)
                    .movePointRight(DECIMALS_OF_MILLIONTHS)
                    .longValueExact();
            if (millionths > 0 && millionths <= Discount.WHOLE) {
                return millionths;
            }
        }
        throw Refusal.invalid(
                "A discount is above 0 and at most 100 percent, with up to four decimals.", "For example 15 or 12.5.");
    }

    /**
     * Ends a discount at once, for calls of all days that are not settled yet.
     *
     * @throws Refusal if there is none of that id
     */
    public void remove(String id, String actor) {
        catalog.change((tx, before) -> {
            Discount discount = DiscountTable.read(tx.handle()).stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .orElseThrow(() ->
                            Refusal.notFound("There is no such discount.", "List them: ./tollgate discount list"));
            DiscountTable.remove(tx.handle(), id);
            audit.record(tx, actor, "discount.removed", id, AuditDetails.of(discount));
        });
    }

    /** All of them, past and future ones too, in the order in which they were made. */
    public List<Discount> list() {
        return store.read(DiscountTable::read);
    }
}
