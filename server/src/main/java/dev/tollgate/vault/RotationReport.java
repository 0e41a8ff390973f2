package dev.tollgate.vault;

import java.util.List;
import java.util.SortedSet;

/**
 * What a rotation did.
 *
 * @param term the new primary term
 * @param rewrapped data keys that were wrapped anew, of credentials and of other rooms' texts
 * @param damaged names of credentials, and tables and keys of texts, whose rows do not open; their term is kept until they are
 *     replaced or removed
 * @param dropped terms that nothing needs any more
 */
public record RotationReport(int term, int rewrapped, List<String> damaged, SortedSet<Integer> dropped) {}
