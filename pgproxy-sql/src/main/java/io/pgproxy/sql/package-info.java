/** What a statement does, from its text alone. */
@NullMarked
package io.pgproxy.sql;

import org.jspecify.annotations.NullMarked;
