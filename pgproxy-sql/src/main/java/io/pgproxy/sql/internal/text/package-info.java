/** Splitting a text into statements, its comments, and the form that statements share. */
@NullMarked
package io.pgproxy.sql.internal.text;

import org.jspecify.annotations.NullMarked;
