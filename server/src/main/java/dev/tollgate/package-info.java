/** The composition root: what is built, from what, in which order. */
@NullMarked
package dev.tollgate;

import org.jspecify.annotations.NullMarked;
