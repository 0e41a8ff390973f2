/** What budgets cost a call by themselves, without a network: JMH. */
@NullMarked
package dev.tollgate.bench.budgets;

import org.jspecify.annotations.NullMarked;
