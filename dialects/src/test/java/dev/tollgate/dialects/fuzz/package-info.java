/**
 * Fuzz tests: what a strict reference says of the same bytes, and that the place where they are cut changes nothing. Each is the only
 * one of its class, since Jazzer fuzzes one in the life of a JVM. Without fuzzing they try the golden documents and what was found
 * before, which is kept in {@code …FuzzTestInputs} beside them.
 */
@NullMarked
package dev.tollgate.dialects.fuzz;

import org.jspecify.annotations.NullMarked;
