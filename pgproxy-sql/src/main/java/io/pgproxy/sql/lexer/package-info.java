/** PostgreSQL's lexical rules: a text in, the offsets of its tokens out. */
@NullMarked
package io.pgproxy.sql.lexer;

import org.jspecify.annotations.NullMarked;
