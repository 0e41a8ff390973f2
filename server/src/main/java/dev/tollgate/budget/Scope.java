package dev.tollgate.budget;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which calls a budget or a rate covers: those that are alike in every part that is given. A part that is null covers all.
 *
 * @param account who pays
 * @param member the id of the person in whose name the call is made
 * @param app what the client calls itself
 * @param feature the label on the call
 * @param keyId the virtual key's id
 * @param provider by its name in the catalog
 * @param model its id in the catalog
 */
public record Scope(
        @Nullable String account,
        @Nullable String member,
        @Nullable String app,
        @Nullable String feature,
        @Nullable String keyId,
        @Nullable String provider,
        @Nullable String model) {
    private static final int ACCOUNT = 1;
    private static final int APP = 2;
    private static final int FEATURE = 4;
    private static final int KEY = 8;
    private static final int PROVIDER = 16;
    private static final int MODEL = 32;
    private static final int MEMBER = 64;
    private static final int ANY_PLACE = PROVIDER | MODEL;

    /** Of nobody in particular. */
    public Scope(
            @Nullable String account,
            @Nullable String app,
            @Nullable String feature,
            @Nullable String keyId,
            @Nullable String provider,
            @Nullable String model) {
        this(account, null, app, feature, keyId, provider, model);
    }

    /** Which parts are given, as bits. Scopes of one shape are found by one look into one map. */
    int shape() {
        return bit(account, ACCOUNT)
                | bit(member, MEMBER)
                | bit(app, APP)
                | bit(feature, FEATURE)
                | bit(keyId, KEY)
                | bit(provider, PROVIDER)
                | bit(model, MODEL);
    }

    private static int bit(@Nullable String part, int bit) {
        return part == null ? 0 : bit;
    }

    /** Whether a shape looks at where a call goes. */
    static boolean looksAtPlaces(int shape) {
        return (shape & ANY_PLACE) != 0;
    }

    /** The one scope of that shape that covers a call of this subject to that place; null if none can. */
    static @Nullable Scope of(int shape, Subject subject, @Nullable Place place) {
        Scope scope = new Scope(
                (shape & ACCOUNT) == 0 ? null : subject.payer().account(),
                (shape & MEMBER) == 0 ? null : subject.payer().member(),
                (shape & APP) == 0 ? null : subject.app(),
                (shape & FEATURE) == 0 ? null : subject.payer().feature(),
                (shape & KEY) == 0 ? null : subject.payer().keyId(),
                (shape & PROVIDER) == 0 || place == null ? null : place.provider(),
                (shape & MODEL) == 0 || place == null ? null : place.model());
        return scope.shape() == shape ? scope : null;
    }

    /**
     * Whether it covers what was done at that place, given that it covers the call's subject.
     *
     * @param place under any of its model's ids; null for nowhere
     * @param catalogued the same place with the model's id in the catalog
     */
    boolean covers(@Nullable Place place, UnaryOperator<Place> catalogued) {
        if (provider == null && model == null) {
            return true; // not worth a look into the catalog
        }
        if (place == null || (provider != null && !provider.equals(place.provider()))) {
            return false;
        }
        return model == null || model.equals(catalogued.apply(place).model());
    }

    /** Whether it covers a call of that subject that goes to a place of its own. */
    boolean covers(Subject subject) {
        Place its = new Place(provider == null ? "" : provider, model == null ? "" : model);
        return equals(of(shape(), subject, its));
    }

    /** False for the scope of everything, which none has. */
    public boolean isGiven() {
        return shape() != 0;
    }

    /**
     * For people: {@code key ci, feature chat}.
     *
     * @param keyName the key's; where it is empty, its id stands for it
     * @param memberEmail the person's; where it is empty, their id stands for it
     */
    public String label(String keyName, String memberEmail) {
        StringBuilder label = new StringBuilder();
        part(label, "key", keyName.isEmpty() ? keyId : keyName);
        part(label, "account", account);
        part(label, "member", memberEmail.isEmpty() ? member : memberEmail);
        part(label, "app", app);
        part(label, "feature", feature);
        part(label, "provider", provider);
        part(label, "model", model);
        return label.toString();
    }

    private static void part(StringBuilder label, String dimension, @Nullable String value) {
        if (value != null) {
            label.append(label.isEmpty() ? "" : ", ")
                    .append(dimension)
                    .append(' ')
                    .append(value);
        }
    }
}
