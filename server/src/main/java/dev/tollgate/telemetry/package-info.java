/** What an operator watches: logs, metrics, traces. */
@NullMarked
package dev.tollgate.telemetry;

import org.jspecify.annotations.NullMarked;
