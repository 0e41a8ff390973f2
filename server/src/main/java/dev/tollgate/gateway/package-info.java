/** The model API: endpoints, the story of one call, and the relay of its answer. */
@NullMarked
package dev.tollgate.gateway;

import org.jspecify.annotations.NullMarked;
