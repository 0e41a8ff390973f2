package dev.tollgate.kernel;

import java.util.regex.Pattern;

/**
 * Where a room keeps what its {@link TextSealer} has sealed. Whoever wants a sealer names its column, so that a rotation of the vault
 * finds every text that is to be wrapped anew.
 *
 * @param purpose whose texts these are: no other purpose's sealer opens them
 * @param place the column with the place that each text is sealed for; the table's key
 * @param text the column with the sealed texts; an empty one is none
 */
public record SealedColumn(String purpose, String table, String place, String text) {
    private static final Pattern NAME = Pattern.compile("[a-z_]+");

    public SealedColumn {
        for (String name : new String[] {table, place, text}) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("no name of a table or column: " + name);
            }
        }
    }
}
