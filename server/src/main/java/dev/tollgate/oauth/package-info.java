/** The authorization server (OAuth 2.1, OpenID Connect): clients, grants, tokens, and the endpoints of both. */
@NullMarked
package dev.tollgate.oauth;

import org.jspecify.annotations.NullMarked;
