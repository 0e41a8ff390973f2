/** The loader: closed or open loop over HTTP/1.1 connections that are kept. */
@NullMarked
package dev.tollgate.bench.load;

import org.jspecify.annotations.NullMarked;
