/** Pages for people and small endpoints for programs: requests read whole, answered by blocking code on virtual threads. */
@NullMarked
package dev.tollgate.web;

import org.jspecify.annotations.NullMarked;
