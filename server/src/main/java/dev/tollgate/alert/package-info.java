/** What needs a person's attention: raised by events, kept until somebody dismisses it. */
@NullMarked
package dev.tollgate.alert;

import org.jspecify.annotations.NullMarked;
