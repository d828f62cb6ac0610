/** Reads the tokens of one statement: a recogniser for each group of commands. */
@NullMarked
package io.pgproxy.sql.internal.classify;

import org.jspecify.annotations.NullMarked;
