/**
 * A secret in the clear: the one place where the vault's contents can be read. Granted to {@code upstream} and
 * {@code renewal} alone; a test of the house's imports sees to it.
 */
@NullMarked
package dev.tollgate.vault.open;

import org.jspecify.annotations.NullMarked;
