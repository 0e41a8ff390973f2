/** Tests of the authorization server. */
@NullMarked
package dev.tollgate.oauth;

import org.jspecify.annotations.NullMarked;
