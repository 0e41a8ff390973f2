package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.ledger.Payer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What covers a call is found as if each budget were asked by itself, whatever has been asked and changed before. */
class ScopeIndexTest {
    private record Each(String id, Scope scope) implements Scoped {}

    private static final List<String> PARTS = List.of("a", "b", "c");

    private static @Nullable String part(SplittableRandom random) {
        return random.nextInt(3) == 0 ? PARTS.get(random.nextInt(PARTS.size())) : null;
    }

    private static String given(SplittableRandom random) {
        return PARTS.get(random.nextInt(PARTS.size()));
    }

    private static Each each(int number, SplittableRandom random) {
        Scope scope = new Scope(
                part(random), part(random), part(random), part(random), part(random), part(random), part(random));
        return scope.isGiven()
                ? new Each("bud_%05d".formatted(random.nextInt(100_000)) + number, scope)
                : each(number, random);
    }

    private static Subject subject(SplittableRandom random) {
        List<Place> places = IntStream.range(0, random.nextInt(3))
                .mapToObj(i -> new Place(given(random), given(random)))
                .toList();
        return new Subject(
                new Payer(
                        given(random),
                        "name",
                        given(random),
                        random.nextBoolean() ? null : given(random),
                        random.nextBoolean() ? null : given(random)),
                random.nextBoolean() ? null : given(random),
                places);
    }

    private static boolean covers(Scope scope, Subject subject) {
        return (scope.account() == null
                        || scope.account().equals(subject.payer().account()))
                && (scope.member() == null
                        || scope.member().equals(subject.payer().member()))
                && (scope.app() == null || scope.app().equals(subject.app()))
                && (scope.feature() == null
                        || scope.feature().equals(subject.payer().feature()))
                && (scope.keyId() == null
                        || scope.keyId().equals(subject.payer().keyId()))
                && subject.places().stream()
                        .anyMatch(place -> (scope.provider() == null
                                        || scope.provider().equals(place.provider()))
                                && (scope.model() == null || scope.model().equals(place.model())));
    }

    @Test
    void whatCoversACallIsFoundWhateverHasBeenAskedAndChangedBefore() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        ScopeIndex<Each> index = new ScopeIndex<>();
        List<Each> there = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(40) == 0) {
                if (there.size() < 30) {
                    Each added = each(step, random);
                    there.add(added);
                    index.add(added);
                } else {
                    index.remove(there.remove(random.nextInt(there.size())));
                }
            }
            Subject subject = subject(random);
            List<String> expected = there.stream()
                    .filter(each -> covers(each.scope(), subject))
                    .map(Each::id)
                    .sorted()
                    .toList();
            List<String> found = index.covering(subject).stream().map(Each::id).toList();
            assertEquals(expected, found, "seed " + seed + ", step " + step);
        }
    }

    /** A search that began before a change must not be remembered after it. */
    @Test
    void whoAsksAfterAChangeFindsItHoweverManyAskMeanwhile() throws Exception {
        ScopeIndex<Each> index = new ScopeIndex<>();
        Each fixed = new Each("bud_0", new Scope("a", null, null, null, null, null));
        index.add(fixed);
        Subject subject = new Subject(new Payer("k", "k", "a", null), null, List.of(new Place("p", "m")));
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        Thread asking = Thread.ofPlatform().start(() -> {
            try {
                while (!over.get()) {
                    index.covering(subject);
                }
            } catch (Throwable e) {
                failed.set(e);
            }
        });
        try {
            for (int i = 0; i < 20_000; i++) {
                Each added = new Each("bud_1", new Scope("a", null, null, null, null, null));
                index.add(added);
                assertEquals(List.of(fixed, added), index.covering(subject), "round " + i);
                index.remove(added);
                assertEquals(List.of(fixed), index.covering(subject), "round " + i);
            }
        } finally {
            over.set(true);
            asking.join();
        }
        assertEquals(null, failed.get());
    }
}
