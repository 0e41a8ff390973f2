/** What the bench prints: tables for people, JSON for programs, the machine under both. */
@NullMarked
package dev.tollgate.bench.report;

import org.jspecify.annotations.NullMarked;
