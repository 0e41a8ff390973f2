package dev.tollgate.identity;

import java.util.List;

/** What a key is for, kept once however many keys share it. */
record Grant(String account, List<String> modelGlobs, boolean strict) {
    Grant {
        modelGlobs = List.copyOf(modelGlobs);
    }
}
