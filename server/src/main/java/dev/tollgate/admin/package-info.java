/** The JSON API behind the command line and scripts: plain blocking code on virtual threads. */
@NullMarked
package dev.tollgate.admin;

import org.jspecify.annotations.NullMarked;
