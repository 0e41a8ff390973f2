/** The gate from outside: a process of its own, real HTTP, other people's clients. */
@NullMarked
package dev.tollgate.conformance;

import org.jspecify.annotations.NullMarked;
