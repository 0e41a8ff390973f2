package dev.tollgate.dialects.kit;

import dev.tollgate.dialects.codec.Mint;

/** Ids in their order, at a fixed time: what is written is the same in each run. */
public final class CountingMint implements Mint {
    private int given;

    @Override
    public String id(String prefix) {
        return prefix + "minted%018d".formatted(++given);
    }

    @Override
    public long epochSecond() {
        return 1_764_500_001;
    }
}
