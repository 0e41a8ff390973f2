/** The launcher script, run for real on a make-believe checkout with a make-believe JDK and Maven. */
@NullMarked
package dev.tollgate.conformance.launcher;

import org.jspecify.annotations.NullMarked;
