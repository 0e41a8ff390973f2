/** What each page shows, as plain records: whoever has the facts fills them, and the templates know nothing else. */
@NullMarked
package dev.tollgate.web.page;

import org.jspecify.annotations.NullMarked;
