/** What every room stands on: ids, money, time, refusals, notices and the store. Imports nothing of ours. */
@NullMarked
package dev.tollgate.kernel;

import org.jspecify.annotations.NullMarked;
