package dev.tollgate.vault;

import java.util.List;
import java.util.SortedSet;

/**
 * What a rotation did.
 *
 * @param term the new primary term
 * @param rewrapped data keys that were wrapped anew
 * @param damaged names of credentials whose rows do not open; their term is kept until they are rotated or removed
 * @param dropped terms that nothing needs any more
 */
public record RotationReport(int term, int rewrapped, List<String> damaged, SortedSet<Integer> dropped) {}
