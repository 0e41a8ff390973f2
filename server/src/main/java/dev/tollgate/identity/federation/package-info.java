/** Whom the gate trusts besides people: rules about tokens of other issuers. What judges by them is the authorization server. */
@NullMarked
package dev.tollgate.identity.federation;

import org.jspecify.annotations.NullMarked;
