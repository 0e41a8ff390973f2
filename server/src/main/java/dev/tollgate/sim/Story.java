package dev.tollgate.sim;

import java.util.SplittableRandom;

/** Tells a story of so many words that follows from a seed. */
final class Story {

    private static final String[] WHO = {
        "the old lock-keeper", "a young cartographer", "the night watch", "a travelling weaver", "the harbour pilot"
    };
    private static final String[] DID = {
        "opened", "carried", "mended", "counted", "followed", "drew", "found", "weighed"
    };
    private static final String[] WHAT = {
        "the eastern gate", "a lamp of green glass", "the last barge", "a map without names", "the river's ledger"
    };
    private static final String[] WHEN = {
        "before the fog lifted", "while the town slept", "at the turn of the tide", "once the bells had stopped"
    };

    private Story() {}

    static String tell(long seed, long words) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder story = new StringBuilder();
        for (long told = 0; told < words; ) {
            String sentence =
                    String.join(" ", pick(WHO, random), pick(DID, random), pick(WHAT, random), pick(WHEN, random));
            for (String word : sentence.split(" ", -1)) {
                if (told == words) {
                    break;
                }
                story.append(told == 0 ? "" : " ").append(word);
                told++;
            }
            story.append('.');
        }
        return story.toString();
    }

    private static String pick(String[] words, SplittableRandom random) {
        return words[random.nextInt(words.length)];
    }
}
