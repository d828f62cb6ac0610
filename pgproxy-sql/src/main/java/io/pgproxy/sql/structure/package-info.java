/** What a statement names and where: relations, functions, columns, parameters; and rewriting at those places. */
@NullMarked
package io.pgproxy.sql.structure;

import org.jspecify.annotations.NullMarked;
