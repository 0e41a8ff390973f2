/** People: who they are, how they sign in, their sessions. */
@NullMarked
package dev.tollgate.identity.people;

import org.jspecify.annotations.NullMarked;
