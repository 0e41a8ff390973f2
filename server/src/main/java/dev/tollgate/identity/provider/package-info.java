/** The OpenID providers by which people sign in, as administrators have set them up. */
@NullMarked
package dev.tollgate.identity.provider;

import org.jspecify.annotations.NullMarked;
