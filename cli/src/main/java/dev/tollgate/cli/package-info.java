/**
 * The command line: it asks the server's admin API and prints what that says.
 *
 * <p>{@link dev.tollgate.cli.TollgateCli} reads the arguments, a {@code Command} does one command's work through
 * {@code AdminApi}, and every expected failure arrives as one {@code Failure}, printed in one place.
 */
@NullMarked
package dev.tollgate.cli;

import org.jspecify.annotations.NullMarked;
