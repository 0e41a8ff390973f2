/** What the loader and the mock upstream have in common: transport, bodies, the marks in events. */
@NullMarked
package dev.tollgate.bench.http;

import org.jspecify.annotations.NullMarked;
