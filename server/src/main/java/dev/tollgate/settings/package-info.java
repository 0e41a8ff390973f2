/** The settings that administrators give to people's tools, by group. */
@NullMarked
package dev.tollgate.settings;

import org.jspecify.annotations.NullMarked;
