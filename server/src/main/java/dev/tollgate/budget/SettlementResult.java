package dev.tollgate.budget;

/** What came of settling a reservation. */
public sealed interface SettlementResult {
    /** The usage row and its audit row are on disk. */
    record Durable() implements SettlementResult {}

    /**
     * They were not on disk before the deadline. The process goes on trying, and if it ends first, the next start
     * settles the call at its reservation.
     *
     * @param reason for the log; no secret
     */
    record Failed(String reason) implements SettlementResult {}

    /** A programming error: the reservation had been settled before. Nothing was written. */
    record AlreadySettled() implements SettlementResult {}
}
