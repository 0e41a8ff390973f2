/** May this caller use this model. */
@NullMarked
package dev.tollgate.access;

import org.jspecify.annotations.NullMarked;
