package dev.tollgate.alert;

import java.util.List;

/**
 * A message to one destination.
 *
 * @param id such as {@code msg_06e7…}; the same at each attempt, so that a receiver can tell a repetition
 * @param attempts so far, the present one included
 * @param notices at least one, in the order in which they were raised
 */
record Message(String id, String destinationId, boolean urgent, int attempts, List<KeptNotice> notices) {}
