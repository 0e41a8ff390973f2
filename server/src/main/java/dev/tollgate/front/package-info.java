/** The one router. Every door is locked by default: what a route does not declare, it does not get. */
@NullMarked
package dev.tollgate.front;

import org.jspecify.annotations.NullMarked;
