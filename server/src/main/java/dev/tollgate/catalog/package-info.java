/** What can be called and for how much: providers, models, aliases and dated prices, as one immutable view. */
@NullMarked
package dev.tollgate.catalog;

import org.jspecify.annotations.NullMarked;
