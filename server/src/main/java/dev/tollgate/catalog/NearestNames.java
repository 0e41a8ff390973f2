package dev.tollgate.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Finds names that are spelt like a given one. Bounded, because anybody with a key can ask: names that cannot be near
 * are passed over by their length and by the letters that they have, without comparing them.
 */
final class NearestNames {
    private static final int MAX_FOUND = 5;
    private static final int MAX_LENGTH = 80;
    private static final int MAX_EDITS = 4;
    /** Begins alike but goes on differently: worse than a typing error, better than nothing. */
    private static final int PREFIX_DISTANCE = MAX_EDITS + 1;

    private record Known(String name, String folded, long letters) {}

    private record Found(String name, int distance) {}

    private final List<Known> names = new ArrayList<>();

    /** @param names the likeliest first: of two that are equally near, the earlier is preferred */
    NearestNames(List<String> names) {
        for (String name : names) {
            String folded = name.toLowerCase(Locale.ROOT);
            if (folded.length() <= MAX_LENGTH) {
                this.names.add(new Known(name, folded, letters(folded)));
            }
        }
    }

    List<String> near(String requested) {
        if (requested.isEmpty() || requested.length() > MAX_LENGTH) {
            return List.of();
        }
        String folded = requested.toLowerCase(Locale.ROOT);
        int limit = Math.clamp(folded.length() / 4, 1, MAX_EDITS);
        long letters = letters(folded);
        List<Found> found = new ArrayList<>();
        for (Known known : names) {
            if (known.folded.startsWith(folded) || folded.startsWith(known.folded)) {
                found.add(new Found(known.name, known.folded.equals(folded) ? 0 : PREFIX_DISTANCE));
            } else if (mayBeNear(known, folded, letters, limit)) {
                int distance = distance(known.folded, folded, limit);
                if (distance <= limit) {
                    found.add(new Found(known.name, distance));
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparingInt(Found::distance))
                .limit(MAX_FOUND)
                .map(Found::name)
                .toList();
    }

    /** An edit changes the length by at most one and the set of letters by at most two. */
    private static boolean mayBeNear(Known known, String folded, long letters, int limit) {
        return Math.abs(known.folded.length() - folded.length()) <= limit
                && Long.bitCount(known.letters ^ letters) <= 2 * limit;
    }

    private static long letters(String folded) {
        long letters = 0;
        for (int i = 0; i < folded.length(); i++) {
            letters |= 1L << (folded.charAt(i) & 63);
        }
        return letters;
    }

    /** The edit distance (Levenshtein), or something above the limit as soon as it must be. */
    private static int distance(String a, String b, int limit) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            int least = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
                least = Math.min(least, row[j]);
            }
            if (least > limit) {
                return limit + 1;
            }
        }
        return row[b.length()];
    }
}
